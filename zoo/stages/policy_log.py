"""What a policy's step says of itself: of the answers that were sampled, and of the update they led to."""

from typing import Any

from torch import Tensor

from zoo.core.errors import ZooError
from zoo.models.likelihood import Likelihood
from zoo.models.rollout import Rollout
from zoo.rl.advantage import no_spread
from zoo.stages.resampling import Sampled

OF_UPDATE = ("loss", "kl", "clip_share", "entropy", "sampling_gap")  # in the order of `of_update`
SHOWN = ("reward", "trust", "kl")  # on the progress bar, beside the rewards themselves


def of_rollout(sampled: Sampled) -> dict[str, Any]:
    """Figures of all groups of a step, those among them that the update leaves out too; NaN where there is none.

    A judge that is being gamed gives itself away in `reasoning_wrong`, its mean score of wrong answers: it rises.
    """
    scored, rollout = sampled.scored, sampled.rollout
    right = scored.correct.float().mean(1)  # [B]
    tokens = rollout.mask.sum(1).float()  # [S]
    said: dict[str, Any] = {
        "reward": scored.total.nanmean(),
        **{f"reward_{name}": part.nanmean() for name, part in scored.parts.items()},
        "trust": scored.trust.mean(),
        "trust_min": scored.trust.min(),
        "trust_below_1": (scored.trust < 1).float().mean(),
        "gate": scored.gate,
        "judge_failures": float(scored.judge_failures),
        "groups_all_right": (right == 1).float().mean(),
        "groups_all_wrong": (right == 0).float().mean(),
        "groups_without_spread": no_spread(scored.total).float().mean(),
        "answer_tokens": tokens.mean(),
        "answer_tokens_min": tokens.min(),
        "answer_tokens_max": tokens.max(),
        "answers_cut_off": (~rollout.ended).float().mean(),
    }
    if "reasoning" in scored.parts:
        score = scored.parts["reasoning"]  # [B, G]
        said["reasoning_right"] = score[scored.correct].nanmean()
        said["reasoning_wrong"] = score[~scored.correct].nanmean()
    return said


def of_update(rollout: Rollout, rows: Tensor, policy: Likelihood, stats: dict[str, Any]) -> dict[str, Any]:
    """Figures of the answers `rows` that an update is made of; `sampling_gap` in nats a token."""
    mask = rollout.mask[rows]
    drift = (policy.log_probs.detach() - rollout.log_probs[rows]).abs()[mask].mean()
    return {**stats, "entropy": policy.entropy[mask].mean(), "sampling_gap": drift}


def refuse_gap(gap: Tensor, most: float | None) -> None:
    """Stop a run whose training sees other probabilities than its sampling did.

    Raises:
        ZooError: the mean gap in nats a token is above `most`. One that is no number has no gradient either, and the
            step is left out.
    """
    if most is not None and float(gap) > most:
        raise ZooError(
            f"sampling and training give the same tokens probabilities that are {float(gap):.3g} nats apart, more "
            f"than stage.most_gap={most:g}: use trainer.precision=32-true, less dropout or stage.top_p=1, or set "
            "stage.most_gap=null to go on regardless"
        )

"""GRPO-PTR (Wang et al., ICLR 2026, arXiv 2601.15668): group-relative policy optimisation with a progressive,
trust-weighted reasoning reward.

utterance -> G sampled answers -> R = 0.3 format + 1.0 outcome + 0.5 trust * gate * reasoning -> advantages -> clipped
policy gradient with a pull towards the policy the run started from (DeepSeekMath, arXiv 2402.03300).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from zoo.core.registry import stages
from zoo.data.loader import Batch
from zoo.models.likelihood import Likelihood, likelihood
from zoo.models.rollout import Rollout
from zoo.models.speech_lm import Prompted
from zoo.rewards.total import Scored
from zoo.rl.advantage import group_advantages, no_spread
from zoo.rl.loss import grpo_loss
from zoo.stages.answering import Answering
from zoo.stages.stage import Context


@stages.offer("grpo-ptr", parts=("encoder", "adapter", "backbone"), rewards=True)
class PolicyStage(Answering):
    """Train a speech language model by the worth of its answers, whatever its parts are."""

    def __init__(
        self,
        group_size: int = 8,
        max_new_tokens: int = 256,
        clip: float = 0.2,
        kl: float = 0.04,
        temperature: float = 1.0,
        top_p: float = 1.0,
        *,
        context: Context,
    ) -> None:
        """Set up; defaults are the paper's where it says.

        Args:
            group_size: answers sampled for each utterance (the paper's K).
            max_new_tokens: the longest answer.
            clip: the probability ratio is kept in [1 - clip, 1 + clip].
            kl: the pull towards the policy that the run started from (the paper's beta).
            temperature: of the sampling.
            top_p: share of the probability that is sampled from.
            context: what the rest of the recipe says.
        """
        super().__init__(context, max_new_tokens)
        self.group_size, self.clip, self.kl = group_size, clip, kl
        self.temperature, self.top_p = temperature, top_p
        self.reference = [p.detach().clone() for p in self.model.parameters() if p.requires_grad]

    def training_step(self, batch: Batch, index: int) -> Tensor:
        """One rollout, one update."""
        prompted = self.model.prompt(self.model.listen(batch.waves), batch.emotions)
        rollout = self.rollout(prompted, self.group_size, self.temperature, self.top_p)
        scored = self.rewards.score(self.groups(batch, rollout))
        self.rewards.update(self._over_ranks(scored.correct.float().mean()))
        advantages = group_advantages(scored.total)  # [B, G]
        policy = self.score_answers(prompted, rollout)
        with torch.no_grad(), self.reference_weights():
            reference = self.score_answers(self.model.prompt(self.model.listen(batch.waves), batch.emotions), rollout)
        loss, stats = grpo_loss(
            policy.log_probs,
            advantages.flatten().to(self.device),
            rollout.mask,
            ref_log_probs=reference.log_probs,
            clip=self.clip,
            kl=self.kl,
        )
        self._log(scored, rollout, policy, {"loss": loss.detach(), **stats})
        return loss

    def _over_ranks(self, value: Tensor) -> float:
        """A number's mean over all ranks, so that every rank's gate opens in the same step."""
        return float(self.trainer.strategy.reduce(value.to(self.device), reduce_op="mean"))

    def score_answers(self, prompted: Prompted, rollout: Rollout) -> Likelihood:
        """Log-probabilities of a rollout's answers at the temperature they were sampled at."""
        return likelihood(self.model.backbone, prompted, rollout.ids, rollout.mask, temperature=self.temperature)

    @contextmanager
    def reference_weights(self) -> Iterator[None]:
        """The policy that the run started from: the trained parameters change places with their first values.

        For a LoRA that starts from zero this is the model with its LoRA off; it holds as well for a LoRA that comes
        from a checkpoint and for a model trained whole, at the price of one copy of what is trained.
        """
        trained = [p for p in self.model.parameters() if p.requires_grad]
        self.reference = [value.to(self.device) for value in self.reference]
        for p, first in zip(trained, self.reference, strict=True):
            p.data, first.data = first.data, p.data
        try:
            yield
        finally:
            for p, first in zip(trained, self.reference, strict=True):
                p.data, first.data = first.data, p.data

    def _log(self, scored: Scored, rollout: Rollout, policy: Likelihood, stats: dict[str, Any]) -> None:
        right = scored.correct.float().mean(1)  # [B]
        drift = (policy.log_probs.detach() - rollout.log_probs).abs()[rollout.mask].mean()
        shown = {
            "reward": scored.total.nanmean(),
            **{f"reward_{name}": part.nanmean() for name, part in scored.parts.items()},
            "trust": scored.trust.mean(),
            "kl": stats.pop("kl"),
        }
        more = {
            **stats,
            "gate": scored.gate,
            "judge_failures": float(scored.judge_failures),
            "groups_all_right": (right == 1).float().mean(),
            "groups_all_wrong": (right == 0).float().mean(),
            "groups_without_spread": no_spread(scored.total).float().mean(),
            "entropy": policy.entropy[rollout.mask].mean(),
            "answer_tokens": rollout.mask.sum(1).float().mean(),
            "answers_cut_off": (~rollout.ended).float().mean(),
            "sampling_gap": drift,
        }
        size = len(scored.trust)
        self.log_dict({k: torch.as_tensor(v).float() for k, v in shown.items()}, prog_bar=True, batch_size=size)
        self.log_dict({k: torch.as_tensor(v).float() for k, v in more.items()}, batch_size=size)

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Keep the schedule's state too: a gate that opened stays open after a resume."""
        super().on_save_checkpoint(checkpoint)
        checkpoint["rewards"] = self.rewards.state_dict()

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Take up the schedule's state."""
        super().on_load_checkpoint(checkpoint)
        self.rewards.load_state_dict(checkpoint["rewards"])

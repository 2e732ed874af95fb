"""GRPO-PTR (Wang et al., ICLR 2026, arXiv 2601.15668): group-relative policy optimisation with a progressive,
trust-weighted reasoning reward.

utterance -> G sampled answers -> R = 0.3 format + 1.0 outcome + 0.5 trust * gate * reasoning -> advantages -> clipped
policy gradient with a pull towards the policy the run started from (DeepSeekMath, arXiv 2402.03300).
"""

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from zoo.core.errors import ZooError
from zoo.core.registry import stages
from zoo.data.loader import Batch
from zoo.models.likelihood import Likelihood, likelihood
from zoo.models.rollout import Rollout
from zoo.models.speech_lm import Prompted
from zoo.rewards.total import Scored
from zoo.rl.advantage import group_advantages, no_spread
from zoo.rl.loss import grpo_loss
from zoo.stages.answering import Answering
from zoo.stages.collected import Collected
from zoo.stages.reference import Reference
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
        updates: int = 1,
        skip_flat: bool = True,
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
            updates: steps of the optimizer that each rollout is used for; steps count updates, and so do max_steps.
            skip_flat: leave out the groups whose rewards are all the same: they have no advantage, and the pull
                towards the reference alone is not worth their share of the update.
            context: what the rest of the recipe says.
        """
        super().__init__(context, max_new_tokens)
        self.group_size, self.clip, self.kl = group_size, clip, kl
        self.temperature, self.top_p = temperature, top_p
        if updates < 1:
            raise ZooError(f"stage.updates is {updates}; a rollout is used for at least one update")
        self.updates, self.skip_flat = updates, skip_flat
        self.collected: Collected | None = None  # the rollout in use, while it is used for more than one update
        self.reference = Reference(self.model)

    def training_step(self, batch: Batch, index: int) -> Tensor:
        """One update; one rollout before the first of `updates`."""
        prompted = self.model.prompt(self.model.listen(batch.waves), batch.emotions)
        collected = self.collected
        if collected is None or self.global_step % self.updates == 0:
            collected = self.collect(batch, prompted)
        self.phase("update")
        rows = collected.rows
        self._count(prompted, collected)
        if not len(rows):
            return self._nothing_to_learn(prompted)
        rollout = collected.rollout
        policy = self.score_answers(prompted, rollout.ids[rows], rollout.mask[rows], collected.utterances)
        if collected.log_probs is None and self.updates > 1:
            collected = replace(collected, log_probs=policy.log_probs.detach())  # they are what the rollout came from
        loss, stats = grpo_loss(
            policy.log_probs,
            collected.advantages,
            rollout.mask[rows],
            old_log_probs=collected.log_probs,
            ref_log_probs=collected.reference,
            clip=self.clip,
            kl=self.kl,
        )
        loss = loss * (len(rows) / len(rollout.ids))  # the mean over all answers, those left out counting 0
        self._log_update(rollout, rows, policy, {"loss": loss.detach(), **stats})
        self.collected = collected if self.updates > 1 else None
        return loss

    def collect(self, batch: Batch, prompted: Prompted) -> "Collected":
        """Sample answers, find their worth, and what the reference thinks of those that teach something."""
        self.phase("sampling")
        with torch.no_grad():
            rollout = self.rollout(prompted, self.group_size, self.temperature, self.top_p)
        self.phase("rewards")
        scored = self.rewards.score(self.groups(batch, rollout))
        self.rewards.update(self._over_ranks(scored.correct.float().mean()))
        self._log_rollout(scored, rollout)
        advantages = group_advantages(scored.total).flatten().to(self.device)  # [S]
        teaches = ~no_spread(scored.total) if self.skip_flat else torch.ones(len(scored.total), dtype=torch.bool)
        rows = teaches.repeat_interleave(self.group_size).nonzero()[:, 0].to(self.device)
        utterances = teaches.nonzero()[:, 0].to(self.device)
        reference = None
        if self.kl and len(rows):
            self.phase("reference")
            with torch.no_grad(), self.reference.weights():
                heard = self.model.listen(batch.waves) if self._hears_differently() else None
                theirs = prompted if heard is None else self.model.prompt(heard, batch.emotions)
                answers = rollout.ids[rows], rollout.mask[rows]
                reference = self.score_answers(theirs, *answers, utterances, entropy=False).log_probs
        return Collected(rollout, rows, utterances, advantages[rows], reference)

    def _hears_differently(self) -> bool:
        """Whether the reference's prompt is another than the policy's: something before the backbone is trained."""
        model = self.model
        before = [model.encoder, model.prosody, model.adapter, model.backbone.language_model.get_input_embeddings()]
        return any(p.requires_grad for part in before if part is not None for p in part.parameters())

    def _nothing_to_learn(self, prompted: Prompted) -> Tensor:
        """A loss of 0 that still reaches every trained parameter, so that ranks and optimizer go on in step."""
        loss = sum((p.sum() * 0.0 for p in self.model.parameters() if p.requires_grad), prompted.embeds.sum() * 0.0)
        assert isinstance(loss, Tensor)
        self.log("loss", loss.detach(), batch_size=1)
        return loss

    def _over_ranks(self, value: Tensor) -> float:
        """A number's mean over all ranks, so that every rank's gate opens in the same step."""
        return float(self.trainer.strategy.reduce(value.to(self.device), reduce_op="mean"))

    def score_answers(
        self, prompted: Prompted, ids: Tensor, mask: Tensor, utterances: Tensor, entropy: bool = True
    ) -> Likelihood:
        """Log-probabilities of answers [S, L] to some of the prompts, at the temperature they were sampled at."""
        if len(utterances) < len(prompted.embeds):
            prompted = prompted.rows(utterances)
        return likelihood(self.model.backbone, prompted, ids, mask, temperature=self.temperature, entropy=entropy)

    def _count(self, prompted: Prompted, collected: Collected) -> None:
        """Tokens of a profiled run: sampled, decoding steps, and tokens that the update reads."""
        if self.phases is None:
            return
        mask = collected.rollout.mask
        update = int(prompted.mask[collected.utterances].sum() + mask[collected.rows].sum())
        more = {"steps": 1, "sampled": int(mask.sum()), "decoded": mask.shape[1], "tokens": update}
        self.work = {name: self.work.get(name, 0) + count for name, count in more.items()}

    def _log_rollout(self, scored: Scored, rollout: Rollout) -> None:
        right = scored.correct.float().mean(1)  # [B]
        shown = {
            "reward": scored.total.nanmean(),
            **{f"reward_{name}": part.nanmean() for name, part in scored.parts.items()},
            "trust": scored.trust.mean(),
        }
        more = {
            "gate": scored.gate,
            "judge_failures": float(scored.judge_failures),
            "groups_all_right": (right == 1).float().mean(),
            "groups_all_wrong": (right == 0).float().mean(),
            "groups_without_spread": no_spread(scored.total).float().mean(),
            "answer_tokens": rollout.mask.sum(1).float().mean(),
            "answers_cut_off": (~rollout.ended).float().mean(),
        }
        self._log(shown, len(right), prog_bar=True)
        self._log(more, len(right))

    def _log_update(self, rollout: Rollout, rows: Tensor, policy: Likelihood, stats: dict[str, Any]) -> None:
        mask = rollout.mask[rows]
        drift = (policy.log_probs.detach() - rollout.log_probs[rows]).abs()[mask].mean()
        self._log({"kl": stats.pop("kl")}, len(rows), prog_bar=True)
        self._log({**stats, "entropy": policy.entropy[mask].mean(), "sampling_gap": drift}, len(rows))

    def _log(self, values: dict[str, Any], size: int, prog_bar: bool = False) -> None:
        rows = {name: torch.as_tensor(value).float() for name, value in values.items()}
        self.log_dict(rows, prog_bar=prog_bar, batch_size=size)

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Keep the schedule's state too: a gate that opened stays open after a resume."""
        super().on_save_checkpoint(checkpoint)
        checkpoint["rewards"] = self.rewards.state_dict()
        checkpoint["collected"] = None if self.collected is None else self.collected.to_dict()

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Take up the schedule's state."""
        super().on_load_checkpoint(checkpoint)
        self.rewards.load_state_dict(checkpoint["rewards"])
        rows = checkpoint.get("collected")
        self.collected = None if rows is None else Collected.from_dict(rows)

"""GRPO-PTR (Wang et al., ICLR 2026, arXiv 2601.15668): group-relative policy optimisation with a progressive,
trust-weighted reasoning reward.

utterance -> G sampled answers -> R = 0.3 format + 1.0 outcome + 0.5 trust * gate * reasoning -> advantages -> clipped
policy gradient with a pull towards the policy the run started from (DeepSeekMath, arXiv 2402.03300).
"""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from zoo.core.errors import ZooError
from zoo.core.registry import stages
from zoo.core.sharding import in_pieces
from zoo.data.loader import Batch, SpeechData
from zoo.models.build import parts
from zoo.models.likelihood import Likelihood, likelihood
from zoo.models.speech_lm import Prompted
from zoo.rl.advantage import group_advantages
from zoo.rl.loss import grpo_loss
from zoo.stages.answering import Answering
from zoo.stages.collected import Collected
from zoo.stages.health import Health
from zoo.stages.policy_log import OF_UPDATE, SHOWN, of_rollout, of_update, refuse_gap
from zoo.stages.ranks import how_many, most_of_all_ranks, of_all_ranks, of_the_first, several, which
from zoo.stages.reference import Reference
from zoo.stages.resampling import Sampled, with_further
from zoo.stages.showing import show
from zoo.stages.stage import RESAMPLING, SAMPLING, Context


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
        resample: int = 0,
        most_gap: float | None = 0.2,
        show_every: int = 25,
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
            resample: how often at most further prompts are drawn, each time as many as groups were left out so far.
            most_gap: the run stops where sampling and training are further apart, in nats a token on average; null
                lets it go on. Float32 is 1e-6 apart; at 0.2 a probability is 20 % off, as far as `clip` lets it go.
            show_every: steps between two looks at answers and audio in TensorBoard; 0 for none.
            context: what the rest of the recipe says.
        """
        super().__init__(context, max_new_tokens)
        self.group_size, self.clip, self.kl = group_size, clip, kl
        self.temperature, self.top_p = temperature, top_p
        if updates < 1:
            raise ZooError(f"stage.updates is {updates}; a rollout is used for at least one update")
        if resample < 0 or (resample and not skip_flat):
            raise ZooError(
                f"stage.resample is {resample}; it is at least 0, and 0 with skip_flat=false, which leaves out nothing "
                "that could be replaced"
            )
        self.updates, self.skip_flat, self.resample = updates, skip_flat, resample
        self.most_gap, self.show_every = most_gap, show_every
        self.collected: Collected | None = None  # the rollout in use, while it is used for more than one update
        self._sampled: dict[str, Any] = {}  # figures of the rollout in use
        self.reference = Reference(self.model)
        self.health = Health()

    def train(self, mode: bool = True) -> "PolicyStage":
        """Training mode for the backbone alone, without its dropout: a policy is trained as it answers, and as its
        reference does. With anything dropped the same weights would be a KL apart from themselves.
        """
        super().train(mode)
        heard = [part for name, part in parts(self.model).items() if name != "backbone"]
        for module in (*heard, *(m for m in self.model.backbone.modules() if isinstance(m, nn.Dropout))):
            module.eval()
        return self

    def configure_model(self) -> None:
        """Cut the reference as the policy is cut."""
        super().configure_model()
        self.reference.cut()

    def prepare(self, data: SpeechData) -> None:
        """Have the data bring the prompts that may replace others."""
        super().prepare(data)
        data.spare = self.resample

    def training_step(self, batch: Batch, index: int) -> Tensor:
        """One update; one rollout before the first of `updates`."""
        first = batch.rows(range(len(batch.waves) // (1 + self.resample)))  # the rest may replace some of them
        prompted = self.prompt(first)
        fresh = self.collected is None or self.global_step % self.updates == 0
        collected = self.collect(batch, prompted) if fresh or self.collected is None else self.collected.to(self.device)
        self.phase("update")
        self.collected = collected if self.updates > 1 else None
        rows, rollout = collected.rows, collected.rollout
        chosen = self._prompts(batch, collected.utterances, prompted)
        self._count(chosen, collected)
        if not len(rows):
            nothing = dict.fromkeys(OF_UPDATE, torch.nan) if several() else {}  # a place for each among the ranks' own
            self._log({**nothing, "loss": 0.0}, fresh)
            return self._nothing_to_learn(prompted)
        policy = self.score_answers(chosen, rollout.ids[rows], rollout.mask[rows])
        if collected.log_probs is None and self.updates > 1:
            # They are what the rollout came from.
            self.collected = collected = replace(collected, log_probs=policy.log_probs.detach())
        loss, stats = grpo_loss(
            policy.log_probs,
            collected.advantages,
            rollout.mask[rows],
            old_log_probs=collected.log_probs,
            ref_log_probs=collected.reference,
            clip=self.clip,
            kl=self.kl,
        )
        loss = loss * (collected.teaching / len(rollout.ids))  # the mean over all answers, those left out counting 0
        self._log(of_update(rollout, rows, policy, {"loss": loss, **stats}), fresh)
        return loss

    def collect(self, batch: Batch, prompted: Prompted) -> Collected:
        """Sample answers, find their worth, and what the reference thinks of those that teach something."""
        count = len(prompted.embeds)
        first = self._draw(batch, range(count), prompted)
        together = partial(most_of_all_ranks, device=self.device) if in_pieces(self) else int
        sampled = with_further(first, self.resample, partial(self._draw_further, batch), together)
        self.rewards.update(self._over_ranks(self.rewards.tally(sampled.scored)))
        self._sampled = {**of_rollout(sampled), "resampled": float(len(sampled.places) - count)}
        if self.show_every and self.global_rank == 0 and self.global_step % self.show_every < self.updates:
            run = Path(self.trainer.default_root_dir) if self.loggers else None
            show(self.loggers, first, batch.waves, self.global_step, run, self.model.knowledge.prompt.form)
        sampled = first if sampled is first else sampled.keep(count)
        advantages = group_advantages(sampled.scored.total).flatten().to(self.device)  # [S]
        teaches = sampled.teaches if self.skip_flat else torch.ones(count, dtype=torch.bool)
        teaching = int(teaches.sum()) * self.group_size
        if not teaching and in_pieces(self):
            teaches[0] = True  # the other ranks cannot go through the model without this one; it counts 0
        rows = teaches.repeat_interleave(self.group_size).nonzero()[:, 0].to(self.device)
        utterances = torch.tensor(sampled.places)[teaches].to(self.device)
        collected = Collected(sampled.rollout, rows, utterances, advantages[rows], None, teaching=teaching)
        return replace(collected, reference=self._of_reference(batch, prompted, collected))

    def _draw(self, batch: Batch, places: range, prompted: Prompted, purpose: int = SAMPLING) -> Sampled:
        """Sample and score the answers to the prompts at some places of a batch."""
        self.phase("sampling")
        with torch.no_grad():
            rollout = self.rollout(prompted, self.group_size, self.temperature, self.top_p, purpose)
        self.phase("rewards")
        groups = self.groups(batch.rows(places), rollout)
        return Sampled(tuple(places), rollout, tuple(groups), of_the_first(lambda: self.rewards.score(groups)))

    def _draw_further(self, batch: Batch, places: range, draw: int) -> Sampled:
        self.phase("listening")
        with torch.no_grad():
            prompted = self.prompt(batch.rows(places))
        return self._draw(batch, places, prompted, RESAMPLING + draw)

    def _of_reference(self, batch: Batch, prompted: Prompted, collected: Collected) -> Tensor | None:
        """Log-probabilities [rows, L] under the policy that the run started from; None where nothing needs them."""
        rows, rollout = collected.rows, collected.rollout
        if not (self.kl and len(rows)):
            return None
        self.phase("reference")
        with torch.no_grad(), self.reference.weights():
            if self.reference.hears_differently:
                prompted = self.prompt(batch.rows(range(len(prompted.embeds))))
            chosen = self._prompts(batch, collected.utterances, prompted)
            return self.score_answers(chosen, rollout.ids[rows], rollout.mask[rows], entropy=False).log_probs

    def _prompts(self, batch: Batch, places: Tensor, first: Prompted) -> Prompted:
        """The prompts at some places of a batch [U], of which the first are at hand."""
        if bool((places >= len(first.embeds)).any()):
            return self.prompt(batch.rows(places.tolist()))
        return first.rows(places) if len(places) < len(first.embeds) else first

    def _nothing_to_learn(self, prompted: Prompted) -> Tensor:
        """A loss of 0 that still reaches every trained parameter, so that ranks and optimizer go on in step."""
        loss = sum((p.sum() * 0.0 for p in self.model.parameters() if p.requires_grad), prompted.embeds.sum() * 0.0)
        assert isinstance(loss, Tensor)
        return loss

    def _over_ranks(self, values: Tensor) -> Tensor:
        """The mean over all ranks, so that every rank's gate opens in the same step."""
        found = self.trainer.strategy.reduce(values.to(self.device), reduce_op="mean")
        return torch.as_tensor(found)

    def score_answers(self, prompted: Prompted, ids: Tensor, mask: Tensor, entropy: bool = True) -> Likelihood:
        """Log-probabilities of answers [S, L] to the prompts, at the temperature they were sampled at."""
        return likelihood(self.model.backbone, prompted, ids, mask, temperature=self.temperature, entropy=entropy)

    def _count(self, chosen: Prompted, collected: Collected) -> None:
        """Tokens of a profiled run: sampled, decoding steps, and tokens that the update reads."""
        if self.phases is None:
            return
        mask = collected.rollout.mask
        update = int(chosen.mask.sum() + mask[collected.rows].sum())
        more = {"steps": 1, "sampled": int(mask.sum()), "decoded": mask.shape[1], "tokens": update}
        self.work = {name: self.work.get(name, 0) + count for name, count in more.items()}

    def _log(self, of_update: dict[str, Any], fresh: bool) -> None:
        """The step's figures, those of its rollout with the first update that uses it."""
        figures = (self._sampled if fresh else {}) | of_update
        found = self.report(figures, shown=[name for name in figures if name in SHOWN or name.startswith("reward_")])
        if self.global_rank == 0:
            self.health.watch(found, self.global_step)
        if fresh and "sampling_gap" in found:  # later updates are meant to move away from what was sampled from
            refuse_gap(found["sampling_gap"], self.most_gap)

    def card(self) -> dict[str, Any]:
        """What the paper leaves open and this run chose, and whether the reasoning reward was let in."""
        chosen = ("skip_flat", "resample", "updates", "kl", "clip", "temperature", "top_p")
        return {**super().card(), "choices": {**{name: getattr(self, name) for name in chosen}, **self.rewards.card()}}

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Keep the schedule's state too: a gate that opened stays open after a resume."""
        super().on_save_checkpoint(checkpoint)
        checkpoint["rewards"] = self.rewards.state_dict()
        checkpoint["collected"] = of_all_ranks([None if self.collected is None else self.collected.to_dict()])

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Take up the schedule's state."""
        super().on_load_checkpoint(checkpoint)
        self.rewards.load_state_dict(checkpoint["rewards"])
        every = checkpoint["collected"]  # another number of ranks hears other utterances, and samples anew
        mine = every[which()] if len(every) == how_many() else None
        self.collected = None if mine is None else Collected.from_dict(mine)

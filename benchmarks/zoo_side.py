"""Our side of `grpo_step.py`: one rollout and one update through the zoo's own sampling, likelihood and loss.

python -m benchmarks.zoo_side nano --folder MODEL --out RESULT.json
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from benchmarks.cases import (
    CLIP,
    KL,
    LEARNING_RATE,
    LORA_ALPHA,
    MAX_GRAD_NORM,
    SEED,
    TEMPERATURE,
    Case,
    prompt_ids,
    reward,
    side_parser,
)
from benchmarks.meter import Meter
from zoo.backbones.backbone import Backbone
from zoo.backbones.causal_lm import CausalLm
from zoo.backbones.lora import Lora
from zoo.models.likelihood import likelihood
from zoo.models.rollout import Rollout, sample
from zoo.models.speech_lm import Prompted
from zoo.rl.advantage import group_advantages
from zoo.rl.loss import grpo_loss


class Side:
    """A backbone, its reference and its optimiser, and a step's three phases."""

    def __init__(self, case: Case, folder: Path, lora: int = 0, micro_batch: int = 0, bf16: bool = False) -> None:
        from zoo.backbones.bpe import nano_tokenizer

        torch.manual_seed(SEED)
        nano_tokenizer().save_pretrained(folder)
        recipe = Lora(rank=lora, alpha=LORA_ALPHA) if lora else None
        self.case, self.lora = case, lora
        self.backbone: Backbone = CausalLm(weights=str(folder), lora=recipe, dtype="bfloat16" if bf16 else "float32")
        self.backbone.end_ids = (case.vocabulary,)  # an end that never comes: every answer has the same length
        self.backbone.to("cuda" if torch.cuda.is_available() else "cpu").train()
        self.trained = {n: p for n, p in self.backbone.language_model.named_parameters() if p.requires_grad}
        self.first = {} if lora else {n: p.detach().clone() for n, p in self.trained.items()}
        self.optimizer = torch.optim.AdamW(self.trained.values(), lr=LEARNING_RATE, weight_decay=0.0, fused=True)
        self.prompts = torch.tensor(prompt_ids(case), device=next(self.backbone.parameters()).device)  # [B, P]
        self.micro_prompts = max((micro_batch or case.answers) // case.group, 1)

    def prompted(self, rows: slice = slice(None)) -> Prompted:
        """Prompts as embeddings, with gradient where embeddings are trained."""
        ids = self.prompts[rows]
        return Prompted(self.backbone.embed(ids), torch.ones_like(ids, dtype=torch.bool))

    @contextmanager
    def reference_weights(self) -> Iterator[None]:
        """The policy that the run started from."""
        if self.lora:
            with self.backbone.without_lora():
                yield
            return
        self._swap()
        try:
            yield
        finally:
            self._swap()

    def _swap(self) -> None:
        for name, p in self.trained.items():
            p.data, self.first[name].data = self.first[name].data, p.data

    @torch.no_grad()
    def sampling(self) -> Rollout:
        """K answers to each prompt."""
        with self.backbone.merged():
            return sample(
                self.backbone,
                self.prompted(),
                self.case.group,
                max_new_tokens=self.case.new_tokens,
                temperature=TEMPERATURE,
            )

    @torch.no_grad()
    def reference(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Log-probabilities [S, L] of the answers under the reference policy."""
        with self.reference_weights():
            parts = [self.scored(p, ids[a], mask[a]) for p, a in self._micro()]
        return torch.cat(parts)

    def scored(self, prompts: slice, ids: Tensor, mask: Tensor) -> Tensor:
        """Log-probabilities [S, L] of some prompts' answers, through the zoo's shared pass."""
        return likelihood(self.backbone, self.prompted(prompts), ids, mask, temperature=TEMPERATURE).log_probs

    def update(self, ids: Tensor, mask: Tensor, advantages: Tensor, reference: Tensor) -> float:
        """Loss and gradient of a rollout; gradients are left in the parameters."""
        total = 0.0
        for p, a in self._micro():
            loss = self.loss(ids[a], mask[a], advantages[a], reference[a], p) * (len(ids[a]) / len(ids))
            loss.backward()
            total += float(loss.detach())
        return total

    def loss(
        self, ids: Tensor, mask: Tensor, advantages: Tensor, reference: Tensor, prompts: slice = slice(None)
    ) -> Tensor:
        """The objective of some prompts' answers."""
        scores = self.scored(prompts, ids, mask)
        return grpo_loss(scores, advantages, mask, ref_log_probs=reference, clip=CLIP, kl=KL)[0]

    def _micro(self) -> Iterator[tuple[slice, slice]]:
        """Prompts and their answers, micro-batch by micro-batch."""
        for start in range(0, self.case.prompts, self.micro_prompts):
            end = min(start + self.micro_prompts, self.case.prompts)
            yield slice(start, end), slice(start * self.case.group, end * self.case.group)

    def apply(self) -> None:
        """The optimiser's part of the update."""
        torch.nn.utils.clip_grad_norm_(self.trained.values(), MAX_GRAD_NORM)
        self.optimizer.step()
        self.optimizer.zero_grad()

    def advantages(self, ids: Tensor) -> Tensor:
        """Advantages [S] by the case's reward."""
        rewards = torch.tensor([reward(row) for row in ids.tolist()]).view(self.case.prompts, self.case.group)
        return group_advantages(rewards).flatten().to(ids.device)

    def step(self, meter: Meter, update: Callable[[Tensor, Tensor, Tensor, Tensor], Any] | None = None) -> None:
        """One whole step, phase by phase; `update` finds the gradients in place of `self.update`."""
        with meter.phase("sampling"):
            rollout = self.sampling()
        advantages = self.advantages(rollout.ids)
        with meter.phase("reference"):
            reference = self.reference(rollout.ids, rollout.mask)
        with meter.phase("update"):
            (update or self.update)(rollout.ids, rollout.mask, advantages, reference)
            self.apply()
        meter.step()


def main() -> None:
    """Run the steps and write what they took."""
    parser = side_parser()
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--warm-up", type=int, default=1)
    parser.add_argument("--steps", type=int, default=2)
    args = parser.parse_args()
    side = Side(args.case, args.folder, args.lora, args.micro_batch, args.bf16)
    meter = Meter()
    for _ in range(args.warm_up + args.steps):
        side.step(meter)
    meter.write(args.out, args.warm_up)


if __name__ == "__main__":
    main()

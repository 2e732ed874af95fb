"""The zoo's shared step against its own plain one, and what each part is worth: it is taken away and timed.

    python -m benchmarks.naive                       # nano, trained whole
    python -m benchmarks.naive --lora 16 --pairs 5

The plain step repeats every prompt K times in sampling, reference and update, scores every position and leaves a LoRA
as it is. It computes the same numbers, which `--check` holds it to.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from benchmarks.cases import CASES, CLIP, KL, TEMPERATURE, case_of
from benchmarks.grpo_step import run, weights
from benchmarks.table import PHASES, ratios

PARTS = {
    "sampling": "the prompt is read once for its K answers",
    "reference": "the reference reads the prompt once",
    "update": "the update reads the prompt once, with gradient",
    "positions": "logits where answers are and nowhere else",
    "merge": "a LoRA is added into the weights for sampling",
    "skip": "no pass for old log-probabilities when there is one update a rollout",
}
SAME = 1e-4  # relative difference allowed between the plain and the shared gradient in float32


def plain_side(without: set[str]) -> Any:
    """`zoo_side.Side` with parts taken away; imported late so that the command itself stays small."""
    from benchmarks.zoo_side import Side
    from zoo.models.rollout import Rollout
    from zoo.rl.loss import grpo_loss

    class Plain(Side):
        """The zoo's step less the parts in `without`."""

        @torch.no_grad()
        def sampling(self) -> Rollout:
            """K answers to each prompt, in the plain way if asked."""
            if "sampling" in without:
                if "merge" in without:
                    return self._generate()
                with self.backbone.merged():
                    return self._generate()
            if "merge" in without:
                from zoo.models.rollout import sample

                tokens = self.case.new_tokens
                return sample(
                    self.backbone, self.prompted(), self.case.group, max_new_tokens=tokens, temperature=TEMPERATURE
                )
            return super().sampling()

        def _generate(self) -> Rollout:
            """What everyone writes first: prompts repeated K times, a growing cache, one token after another."""
            model = self.backbone.language_model
            inputs: dict[str, Any] = {"input_ids": self.prompts.repeat_interleave(self.case.group, 0)}
            mask = torch.ones_like(inputs["input_ids"])
            cache, ids, scores = None, [], []
            for _ in range(self.case.new_tokens):
                done = model(**inputs, attention_mask=mask, past_key_values=cache, use_cache=True, logits_to_keep=1)
                likely = (done.logits[:, -1].float() / TEMPERATURE).log_softmax(-1)
                token = torch.multinomial(likely.exp(), 1)  # [S, 1]
                ids.append(token)
                scores.append(likely.gather(-1, token))
                cache, inputs = done.past_key_values, {"input_ids": token}
                mask = torch.cat([mask, mask[:, :1]], 1)
            answers = torch.cat(ids, 1)
            whole = torch.ones_like(answers, dtype=torch.bool)
            return Rollout(answers, whole, torch.cat(scores, 1), torch.zeros(len(answers), dtype=torch.bool))

        def _scores(self, prompts: slice, ids: Tensor) -> Tensor:
            """Log-probabilities [S, L] with every prompt repeated K times, over all positions or the answers'."""
            repeated = self.prompts[prompts].repeat_interleave(self.case.group, 0)
            model = self.backbone.language_model
            keep = 0 if "positions" in without else ids.shape[1] + 1
            logits = model(input_ids=torch.cat([repeated, ids], 1), use_cache=False, logits_to_keep=keep).logits
            logits = logits[:, -ids.shape[1] - 1 : -1].float() / TEMPERATURE
            return logits.log_softmax(-1).gather(-1, ids[..., None])[..., 0]

        @torch.no_grad()
        def reference(self, ids: Tensor, mask: Tensor) -> Tensor:
            """As `Side.reference`."""
            if "skip" in without:
                self._old(ids, mask)
            if "reference" not in without:
                return super().reference(ids, mask)
            with self.reference_weights():
                return torch.cat([self._scores(p, ids[a]) for p, a in self._micro()])

        def _old(self, ids: Tensor, mask: Tensor) -> None:
            """A pass whose result one update a rollout has no use for."""
            for p, a in self._micro():
                if "update" in without:
                    self._scores(p, ids[a])
                else:
                    self.scored(p, ids[a], mask[a])

        def update(self, ids: Tensor, mask: Tensor, advantages: Tensor, reference: Tensor) -> float:
            """As `Side.update`."""
            if "update" not in without:
                return super().update(ids, mask, advantages, reference)
            total = 0.0
            for p, a in self._micro():
                scores = self._scores(p, ids[a])
                loss, _ = grpo_loss(scores, advantages[a], mask[a], ref_log_probs=reference[a], clip=CLIP, kl=KL)
                loss = loss * (len(ids[a]) / len(ids))
                loss.backward()
                total += float(loss.detach())
            return total

    return Plain


def child(args: argparse.Namespace) -> None:
    """One run of one variant."""
    from benchmarks.meter import Meter

    side = plain_side(set(filter(None, args.without.split(","))))(args.case, args.folder, args.lora, args.micro_batch)
    meter = Meter()
    for _ in range(1 + args.steps):
        side.step(meter)
    meter.write(args.out, warm_up=1)


def check(args: argparse.Namespace) -> None:
    """Loss and gradient of the plain step equal those of the shared one on the same answers."""
    shared, plain = (plain_side(w)(args.case, args.folder, args.lora, args.micro_batch) for w in (set(), set(PARTS)))
    rollout = shared.sampling()
    with torch.no_grad():  # the policy leaves its reference, so that the KL has a gradient
        for name, p in shared.trained.items():
            p += 1e-3 * torch.randn_like(p)
            plain.trained[name].copy_(p)
    losses = []
    for side in (shared, plain):
        reference = side.reference(rollout.ids, rollout.mask)
        losses.append(side.update(rollout.ids, rollout.mask, side.advantages(rollout.ids), reference))
    mine, theirs = (torch.cat([p.grad.flatten() for p in side.trained.values()]) for side in (shared, plain))
    off = float((mine - theirs).norm() / theirs.norm())
    print(f"loss {losses[0]:.8f} shared, {losses[1]:.8f} plain; gradients differ by {off:.1e} of their length")
    assert off < SAME, "the plain and the shared step differ"


def main() -> None:
    """Time every variant beside the shared step and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", type=case_of, default=CASES["nano"])
    parser.add_argument("--lora", type=int, default=0)
    parser.add_argument("--micro-batch", type=int, default=0)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--steps", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", help="variants to time, by commas: plain, " + ", ".join(PARTS))
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--without", help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.without is not None:
        child(args)
        return
    args.folder = weights(args.case.name, args.threads)
    if args.check:
        check(args)
        return
    variants = {"plain": ",".join(PARTS), **{part: part for part in PARTS if part != "merge" or args.lora}}
    variants["positions"] = "positions,reference,update"  # the shared passes have no other positions to leave out
    chosen = args.only.split(",") if args.only else list(variants)
    print("| taken away | step, CPU s | of the shared step | from - to | " + " | ".join(PHASES) + " | peak, MB |")
    print("|---" * (5 + len(PHASES)) + "|")
    with tempfile.TemporaryDirectory() as place:
        for variant in chosen:
            runs = pairs(args, variants[variant], Path(place) / "run.json")
            print(ratios(variant, runs[0], runs[1]), flush=True)


def pairs(args: argparse.Namespace, without: str, out: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Runs of the shared step and of the one without some parts, alternating."""
    case = ",".join([args.case.name, *(f"{k}={getattr(args.case, k)}" for k in ("prompts", "prompt_tokens"))])
    case += f",new_tokens={args.case.new_tokens},group={args.case.group}"
    common = ["--case", case, "--folder", str(args.folder), "--lora", str(args.lora), "--out", str(out)]
    common += ["--micro-batch", str(args.micro_batch), "--steps", str(args.steps)]
    runs: tuple[list[dict[str, Any]], list[dict[str, Any]]] = ([], [])
    for pair in range(args.pairs):
        for which in (0, 1) if pair % 2 else (1, 0):
            run(sys.executable, "naive", [*common, "--without", (without if which else "")], args.threads)
            runs[which].append(json.loads(out.read_text()))
    return runs


if __name__ == "__main__":
    main()

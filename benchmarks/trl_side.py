"""TRL's side of `grpo_step.py`: GRPOTrainer as it is, watched through its methods. Runs in TRL's own environment.

python -m benchmarks.trl_side nano --folder MODEL --out RESULT.json
"""

import argparse
import tempfile
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from transformers import PreTrainedTokenizerFast, TrainerCallback
from trl import GRPOConfig, GRPOTrainer

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

CHECK_LEARNING_RATE = 1e-3  # so that after one step policy and reference differ, and a LoRA is no longer zero
TOKENIZER = Path(__file__).parents[1] / "zoo" / "backbones" / "nano_tokenizer.json"


class TextTrainer(GRPOTrainer):  # type: ignore[misc]
    """GRPOTrainer whose prompts are given as ids."""

    prompts: dict[str, list[int]]

    def _tokenize_prompts(self, prompts: list[str]) -> tuple[list[list[int]], None, dict[str, Any]]:
        return [self.prompts[name] for name in prompts], None, {}


class Steps(TrainerCallback):  # type: ignore[misc]
    """Tells the meter where a step ends."""

    def __init__(self, meter: Meter) -> None:
        self.meter = meter

    def on_step_end(self, *args: Any, **kwargs: Any) -> None:
        """A step is over."""
        self.meter.step()


def trainer(case: Case, args: argparse.Namespace, out: str) -> TextTrainer:
    """A trainer with the case's objective and nothing else: no logging, no saving, no checkpointing, float32."""
    micro = args.micro_batch or case.answers
    lora = None
    if args.lora:
        from peft import LoraConfig

        lora = LoraConfig(r=args.lora, lora_alpha=LORA_ALPHA, target_modules="all-linear", task_type="CAUSAL_LM")
    names = [str(i) for i in range(case.prompts)]
    config = GRPOConfig(
        output_dir=out,
        per_device_train_batch_size=micro,
        gradient_accumulation_steps=case.answers // micro,
        num_generations=case.group,
        max_completion_length=case.new_tokens,
        temperature=TEMPERATURE,
        beta=KL,
        epsilon=CLIP,
        loss_type="grpo",
        scale_rewards="group",
        use_bias_correction_kl=False,  # the papers' k3, as ours
        learning_rate=CHECK_LEARNING_RATE if args.check else LEARNING_RATE,
        lr_scheduler_type="constant",
        max_grad_norm=0.0 if args.check else MAX_GRAD_NORM,
        optim="adamw_torch_fused",
        weight_decay=0.0,
        gradient_checkpointing=False,
        bf16=args.bf16,
        use_cpu=not torch.cuda.is_available(),
        max_steps=args.warm_up + args.steps,
        save_strategy="no",
        logging_steps=10**9,
        report_to=[],
        disable_tqdm=True,
        shuffle_dataset=False,
        seed=SEED,
        model_init_kwargs={"dtype": torch.float32, "attn_implementation": "sdpa"},
    )
    made = TextTrainer(
        model=str(args.folder),
        reward_funcs=even,
        args=config,
        train_dataset=Dataset.from_dict({"prompt": names * 64}),
        processing_class=PreTrainedTokenizerFast(
            tokenizer_file=str(TOKENIZER), pad_token="<|pad|>", eos_token="<|im_end|>"
        ),
        peft_config=lora,
    )
    made.prompts = dict(zip(names, prompt_ids(case), strict=True))
    made.eos_token_ids = [case.vocabulary]  # an end that never comes: every answer has the same length
    made.generation_config.eos_token_id = case.vocabulary
    return made


def even(prompts: list[str], completion_ids: list[list[int]], **more: Any) -> list[float]:
    """The case's reward in TRL's form."""
    return [reward(ids) for ids in completion_ids]


def watch(made: TextTrainer, meter: Meter) -> None:
    """Count the trainer's methods towards the phases; what is left is TRL's own book-keeping."""
    made._generate = meter.counted("sampling", made._generate)
    scores = made._get_per_token_logps_and_entropies
    counted = meter.counted("reference", scores)
    made._get_per_token_logps_and_entropies = lambda *args, **kwargs: (
        scores(*args, **kwargs) if torch.is_grad_enabled() else counted(*args, **kwargs)
    )
    made.compute_loss = meter.counted("update", made.compute_loss)
    made.accelerator.backward = meter.counted("update", made.accelerator.backward)
    made.create_optimizer()
    made.optimizer.step = meter.counted("update", made.optimizer.step)
    made.add_callback(Steps(meter))


def keep_first(made: TextTrainer, path: Path) -> None:
    """Write what the second step started from, sampled and found: weights, ids, advantages, loss, gradients."""
    kept: dict[str, Any] = {"loss": 0.0}
    policy = made._compute_loss

    def compute(model: Any, inputs: dict[str, Any]) -> Any:
        loss = policy(model, inputs)
        if made.state.global_step == 1:
            kept["loss"] += float(loss)
            kept.setdefault("inputs", []).append({k: v for k, v in inputs.items() if isinstance(v, torch.Tensor)})
            kept.setdefault("weights", {n: p.detach().clone() for n, p in model.named_parameters() if p.requires_grad})
        return loss

    class Gradients(TrainerCallback):  # type: ignore[misc]
        def on_pre_optimizer_step(self, *args: Any, model: Any, **kwargs: Any) -> None:
            if made.state.global_step == 1:
                kept["gradients"] = {n: p.grad.clone() for n, p in model.named_parameters() if p.grad is not None}

    made._compute_loss = compute
    made.add_callback(Gradients())
    made.train()
    torch.save(kept, path)


def answer_positions_only() -> None:
    """Make TRL run its LM head where answers are and nowhere else, as it does on CUDA: the fair baseline."""
    from trl.trainer import utils

    utils._use_triton = lambda device: True  # it is asked here only whether to leave the other positions out


def main() -> None:
    """Run the steps and write what they took."""
    parser = side_parser()
    parser.add_argument("--fair", action="store_true")
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--warm-up", type=int, default=1)
    parser.add_argument("--steps", type=int, default=2)
    args = parser.parse_args()
    if args.fair:
        answer_positions_only()
    with tempfile.TemporaryDirectory() as out:
        made = trainer(args.case, args, out)
        if args.check:
            keep_first(made, args.out)
            return
        meter = Meter()
        watch(made, meter)
        made.train()
        meter.write(args.out, args.warm_up)


if __name__ == "__main__":
    main()

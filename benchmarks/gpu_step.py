"""A GRPO step at an LLM's own size on one GPU: prompts read once and a decoding step as one CUDA graph, against a plain
step of the same maths by the library's `generate`, and against the floors.

    python -m benchmarks.gpu_step [--shape 7b] [--rounds 5] [--json]

Weights are random (bf16, LoRA of rank 16 in float32 under autocast, as the recipes train), 1 utterance with a prompt of
330 tokens (10 s of audio are about 260 of them), K = 8 answers of 200 tokens, none ending early. Without a GPU it says
so. Floors: a decoding step reads every weight once (bytes / bandwidth as measured by a copy); the update does 2 FLOPs a
weight and token forward, the same backward through frozen weights, the reference 2 (FLOPs / a large matrix product's).
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import torch
from peft.tuners.lora.layer import Linear
from torch import Tensor

from zoo.backbones.backbone import Backbone
from zoo.backbones.decoding import Graphed, Grouped, Plain
from zoo.backbones.fused_lora import Fused
from zoo.backbones.lora import Lora, put_in
from zoo.models.likelihood import likelihood
from zoo.models.rollout import Rollout, sample
from zoo.models.speech_lm import Prompted
from zoo.rl.loss import grpo_loss

SHAPES = {  # Qwen2.5's
    "0.5b": {"hidden_size": 896, "num_hidden_layers": 24, "num_attention_heads": 14, "num_key_value_heads": 2}
    | {"intermediate_size": 4864, "vocab_size": 151936, "tie_word_embeddings": True},
    "7b": {"hidden_size": 3584, "num_hidden_layers": 28, "num_attention_heads": 28, "num_key_value_heads": 4}
    | {"intermediate_size": 18944, "vocab_size": 152064, "tie_word_embeddings": False},
}


def random_backbone(shape: str, device: str) -> Backbone:
    """A Qwen2.5 of that shape with random weights and a LoRA; no token ends an answer."""
    from transformers import AutoConfig, AutoModelForCausalLM

    config = AutoConfig.for_model("qwen2", **SHAPES[shape], max_position_embeddings=4096)
    torch.set_default_dtype(torch.bfloat16)
    with torch.device(device):
        language_model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16, attn_implementation="sdpa")
    torch.set_default_dtype(torch.float32)
    for p in language_model.parameters():
        p.requires_grad_(False)
    put_in(language_model, Lora(16, 32.0))
    backbone = Backbone()
    backbone.language_model, backbone.dim = language_model.eval(), config.hidden_size
    backbone.pad_id, backbone.end_ids = 0, (config.vocab_size,)
    return backbone.to(device)


class Step:
    """One way to make a step; each phase is timed by itself."""

    def __init__(self, backbone: Backbone, prompted: Prompted, k: int, tokens: int) -> None:
        self.backbone, self.prompted, self.k, self.tokens = backbone, prompted, k, tokens
        self.optimizer = torch.optim.AdamW([p for p in backbone.parameters() if p.requires_grad], lr=1e-6)

    def rollout(self) -> Rollout:
        """K answers."""
        with self.backbone.merged():
            return sample(self.backbone, self.prompted, self.k, max_new_tokens=self.tokens)

    def scores(self, rollout: Rollout, entropy: bool = True) -> Tensor:
        """Log-probabilities of the answers [K, L]."""
        return likelihood(self.backbone, self.prompted, rollout.ids, rollout.mask, entropy=entropy).log_probs

    def run(self) -> dict[str, float]:
        """Seconds by phase."""
        seconds: dict[str, float] = {}
        rollout = timed(seconds, "sampling", self.rollout)
        with torch.autocast("cuda", torch.bfloat16):
            with torch.no_grad(), self.backbone.without_lora():
                reference = timed(seconds, "reference", lambda: self.scores(rollout, entropy=False))
            advantages = torch.linspace(-1, 1, len(rollout.ids), device=rollout.ids.device)

            def update() -> None:
                policy = self.scores(rollout)
                loss, _ = grpo_loss(policy, advantages, rollout.mask, ref_log_probs=reference)
                loss.backward()
                self.optimizer.step()
                self.optimizer.zero_grad()

            timed(seconds, "update", update)
        return seconds


class PlainStep(Step):
    """The prompt K times, in sampling by the library's `generate`, in the reference's pass and in the update.

    Its LoRA is peft's own layer, which a step of ours computes as one operation.
    """

    def run(self) -> dict[str, float]:
        """Seconds by phase."""
        layers = [layer for layer in self.backbone.modules() if type(layer) is Fused]
        for layer in layers:
            layer.__class__ = Linear
        try:
            return super().run()
        finally:
            for layer in layers:
                layer.__class__ = Fused

    def repeated(self) -> Prompted:
        """Every prompt K times."""
        every = torch.arange(len(self.prompted.mask), device=self.prompted.mask.device)
        return self.prompted.rows(every.repeat_interleave(self.k))

    def rollout(self) -> Rollout:
        """K answers by `generate`."""
        repeated = self.repeated()
        with torch.no_grad():
            ids = self.backbone.language_model.generate(
                inputs_embeds=repeated.embeds,
                attention_mask=repeated.mask.long(),
                do_sample=True,
                temperature=1.0,
                top_k=0,
                top_p=1.0,
                min_new_tokens=self.tokens,
                max_new_tokens=self.tokens,
                pad_token_id=0,
            )
        mask = torch.ones_like(ids, dtype=torch.bool)
        return Rollout(ids, mask, torch.zeros_like(ids, dtype=torch.float32), mask[:, 0])

    def scores(self, rollout: Rollout, entropy: bool = True) -> Tensor:
        """The same log-probabilities, each answer after its own prompt."""
        repeated = self.repeated()
        embeds = torch.cat([repeated.embeds, self.backbone.embed(rollout.ids[:, :-1])], 1)
        whole = Prompted(embeds, torch.cat([repeated.mask, rollout.mask[:, :-1]], 1))
        hidden = self.backbone.language_model.base_model(
            inputs_embeds=whole.embeds, attention_mask=whole.mask.long(), position_ids=whole.positions, use_cache=False
        ).last_hidden_state
        logits = self.backbone.logits(hidden[:, repeated.mask.shape[1] - 1 :])
        return logits.log_softmax(-1).gather(-1, rollout.ids[..., None])[..., 0]


def timed(seconds: dict[str, float], name: str, work: Callable[[], Any]) -> Any:
    """Run, wait for the device, and note the seconds."""
    torch.cuda.synchronize()
    start = time.perf_counter()
    result = work()
    torch.cuda.synchronize()
    seconds[name] = time.perf_counter() - start
    return result


@torch.no_grad()
def decoding(backbone: Backbone, prompted: Prompted, k: int, tokens: int) -> dict[str, float]:
    """Milliseconds a decoding step takes, by each decoder, sampling left out."""
    found = {}
    for kind in (Plain, Grouped, Graphed):
        with backbone.merged():
            _, cache = backbone(prompted.embeds, prompted.mask, prompted.positions)
            decoder = kind(backbone, cache, prompted.mask, k, tokens + 8)
            token = torch.zeros(k * len(prompted.mask), dtype=torch.long, device=prompted.mask.device)
            for _ in range(4):
                decoder.step(token)
            seconds: dict[str, float] = {}
            timed(seconds, "all", lambda decoder=decoder, token=token: [decoder.step(token) for _ in range(tokens)])
            found[kind.__name__.lower()] = 1000 * seconds["all"] / tokens
    return found


def floors(backbone: Backbone, utterances: int, prompt: int, k: int, tokens: int) -> dict[str, float]:
    """What the device could do at best: ms a decoding step by bytes, seconds of reference and update by FLOPs."""
    language_model = backbone.language_model
    matrices = [
        m.weight
        for m in language_model.modules()
        if isinstance(m, torch.nn.Linear) and m.weight.dtype == torch.bfloat16
    ]
    weights = sum(w.numel() for w in {id(w): w for w in matrices}.values())
    inner = weights - language_model.get_output_embeddings().weight.numel()
    big = torch.empty(2**31, dtype=torch.uint8, device="cuda")
    other = torch.empty_like(big)
    square = torch.randn(8192, 8192, device="cuda", dtype=torch.bfloat16)
    for work in (lambda: other.copy_(big), lambda: square @ square):
        work()
    seconds: dict[str, float] = {}
    timed(seconds, "copy", lambda: [other.copy_(big) for _ in range(10)])
    timed(seconds, "product", lambda: [square @ square for _ in range(10)])
    bandwidth = 10 * 2 * big.numel() / seconds["copy"]
    flops = 10 * 2 * 8192**3 / seconds["product"]
    read = utterances * (prompt + k * tokens)
    forward = 2 * (inner * read + (weights - inner) * utterances * k * tokens) / flops
    return {
        "weights_gb": 2 * weights / 1e9,
        "bandwidth_tb_s": bandwidth / 1e12,
        "tflop_s": flops / 1e12,
        "decode_ms": 1000 * 2 * weights / bandwidth,
        "reference_s": forward,
        "update_s": 2 * forward,
    }


def profile(step: Step) -> int:
    """Print the operators that reference and update spend their time in."""
    from torch.profiler import ProfilerActivity
    from torch.profiler import profile as profiler

    step.run()
    rollout = step.rollout()
    with (
        torch.autocast("cuda", torch.bfloat16),
        profiler(activities=[ProfilerActivity.CPU, ProfilerActivity.CUDA]) as found,
    ):
        step.scores(rollout).sum().backward()
        torch.cuda.synchronize()
    for order in ("self_cuda_time_total", "self_cpu_time_total"):
        print(found.key_averages().table(sort_by=order, row_limit=14, max_name_column_width=50))
    return 0


def main() -> int:
    """Alternate both steps and print medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shape", choices=SHAPES, default="7b")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--utterances", type=int, default=1)
    parser.add_argument("--k", type=int, default=8)
    parser.add_argument("--prompt", type=int, default=330)
    parser.add_argument("--tokens", type=int, default=200)
    parser.add_argument("--profile", action="store_true", help="list where reference and update spend their time")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not torch.cuda.is_available():
        print("there is no CUDA device here; nothing was measured", file=sys.stderr)
        return 2
    torch.manual_seed(0)
    backbone = random_backbone(options.shape, "cuda")
    embeds = backbone.embed(torch.randint(0, 1000, (options.utterances, options.prompt), device="cuda")).detach()
    prompted = Prompted(embeds, torch.ones(options.utterances, options.prompt, dtype=torch.bool, device="cuda"))
    steps = {kind.__name__: kind(backbone, prompted, options.k, options.tokens) for kind in (Step, PlainStep)}
    rows: dict[str, list[dict[str, float]]] = {name: [] for name in steps}
    if options.profile:
        return profile(steps["Step"])
    memory = {}
    for round_ in range(options.rounds + 1):
        for name, step in steps.items():
            torch.cuda.reset_peak_memory_stats()
            seconds = step.run()
            memory[name] = torch.cuda.max_memory_allocated() / 2**30
            if round_:  # the first warms up
                rows[name].append({**seconds, "whole": sum(seconds.values())})
    median = {name: {p: statistics.median(row[p] for row in found) for p in found[0]} for name, found in rows.items()}
    ours, plain = median["Step"], median["PlainStep"]
    figures: dict[str, Any] = {
        "device": torch.cuda.get_device_name(),
        "torch": torch.__version__,
        **vars(options),
        "ours_s": ours,
        "plain_s": plain,
        "ratio": {phase: plain[phase] / ours[phase] for phase in ours}
        | {"update + reference": (plain["update"] + plain["reference"]) / (ours["update"] + ours["reference"])},
        "spread_whole_s": {
            name: [min(r["whole"] for r in found), max(r["whole"] for r in found)] for name, found in rows.items()
        },
        "peak_gib": memory,
        "decode_ms": decoding(backbone, prompted, options.k, options.tokens),
        "floor": floors(backbone, options.utterances, options.prompt, options.k, options.tokens),
    }
    figures["decode_over_floor"] = figures["decode_ms"]["graphed"] / figures["floor"]["decode_ms"]
    with backbone.merged(), torch.no_grad():  # both decoders say the same
        logits = []
        for kind in (Plain, Graphed):
            _, cache = backbone(prompted.embeds, prompted.mask, prompted.positions)
            decoder = kind(backbone, cache, prompted.mask, options.k, 8)
            token = torch.arange(options.k * options.utterances, device="cuda")
            logits.append([decoder.step(token + i).clone() for i in range(4)])
        figures["largest_logit_difference"] = max(float((a - b).abs().max()) for a, b in zip(*logits, strict=True))
        figures["largest_logit"] = max(float(a.abs().max()) for a in logits[0])
    print(json.dumps(figures, indent=None if options.json else 2))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What a step is measured on: model shapes with random weights, prompts, answers; the same for every side.

Read by our side and by other libraries' environments alike, so nothing of the zoo is imported here.
"""

import argparse
import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

SEED = 20_260_121
KL, CLIP, TEMPERATURE = 0.04, 0.2, 1.0
LEARNING_RATE, MAX_GRAD_NORM = 1e-6, 1.0
LORA_ALPHA = 32.0


@dataclass(frozen=True)
class Case:
    """One size: a model's shape and what one step asks of it. Lengths are in tokens."""

    name: str
    architecture: str
    hidden: int
    layers: int
    heads: int
    kv_heads: int
    intermediate: int
    vocabulary: int
    prompts: int
    prompt_tokens: int
    new_tokens: int
    group: int = 8
    head_dim: int = 64
    tied: bool = True

    @property
    def answers(self) -> int:
        """Answers of one step."""
        return self.prompts * self.group

    def config(self) -> dict[str, Any]:
        """The fields of a `transformers` configuration."""
        return {
            "hidden_size": self.hidden,
            "num_hidden_layers": self.layers,
            "num_attention_heads": self.heads,
            "num_key_value_heads": self.kv_heads,
            "head_dim": self.head_dim,
            "intermediate_size": self.intermediate,
            "vocab_size": self.vocabulary,
            "max_position_embeddings": 4_096,
            "tie_word_embeddings": self.tied,
            "pad_token_id": 0,
            "bos_token_id": None,
            "eos_token_id": 2,
        }


CASES = {
    case.name: case
    for case in (
        Case("test", "qwen3", 32, 2, 4, 2, 64, 2_000, prompts=2, prompt_tokens=20, new_tokens=6, group=4, head_dim=8),
        Case("nano", "qwen3", 256, 6, 4, 2, 768, 2_000, prompts=4, prompt_tokens=300, new_tokens=96),
        Case("smollm2", "llama", 576, 30, 9, 3, 1_536, 49_152, prompts=1, prompt_tokens=300, new_tokens=64),
        Case("0.5b", "qwen2", 896, 24, 14, 2, 4_864, 151_936, prompts=4, prompt_tokens=330, new_tokens=200),
        Case(
            "7b", "qwen2", 3_584, 28, 28, 4, 18_944, 152_064, 1, 330, new_tokens=200, head_dim=128, tied=False
        ),  # Qwen2.5-7B, the language model inside the 7B omni models
    )
}


def case_of(text: str) -> Case:
    """A case by its name, some numbers changed where asked: `nano`, `nano,group=4,new_tokens=48`."""
    name, *changes = text.split(",")
    pairs = (change.split("=") for change in changes)
    return replace(CASES[name], **{key: int(value) for key, value in pairs})


def side_parser() -> argparse.ArgumentParser:
    """The arguments that every side takes; a side adds its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("case", type=case_of)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--lora", type=int, default=0)
    parser.add_argument("--micro-batch", type=int, default=0)
    return parser


def prompt_ids(case: Case) -> list[list[int]]:
    """The prompts as token ids [B][P], the same on every side; below 1,000, so in every vocabulary."""
    import random

    draw = random.Random(SEED)
    return [[draw.randrange(10, 1_000) for _ in range(case.prompt_tokens)] for _ in range(case.prompts)]


def reward(ids: list[int]) -> float:
    """What an answer is worth here: its share of even ids, so that equal ids give equal advantages."""
    return sum(i % 2 == 0 for i in ids) / len(ids)


def model_folder(case: Case, root: Path) -> Path:
    """The folder of the case's random float32 weights under `root`, written once and loaded by every side."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    folder = root / case.name
    stamp = folder / "case.json"
    shape = {k: v for k, v in asdict(case).items() if k not in ("prompts", "prompt_tokens", "new_tokens", "group")}
    if stamp.exists() and json.loads(stamp.read_text()) == shape:
        return folder
    torch.manual_seed(SEED)
    model = AutoModelForCausalLM.from_config(
        AutoConfig.for_model(case.architecture, **case.config()), dtype=torch.float32
    )
    model.save_pretrained(folder)
    stamp.write_text(json.dumps(shape))
    return folder


def quiet_threads(threads: int) -> dict[str, str]:
    """An environment in which idle OpenMP threads sleep: a spinning one would be counted as work."""
    number = str(threads)
    return {
        **os.environ,
        "OMP_NUM_THREADS": number,
        "MKL_NUM_THREADS": number,
        "OMP_WAIT_POLICY": "PASSIVE",
        "GOMP_SPINCOUNT": "0",
        "KMP_BLOCKTIME": "0",
        "TOKENIZERS_PARALLELISM": "false",
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_VERBOSITY": "error",
        "CUDA_VISIBLE_DEVICES": os.environ.get("CUDA_VISIBLE_DEVICES", ""),
    }

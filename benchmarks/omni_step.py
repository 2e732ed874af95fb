"""A GRPO-PTR step over Qwen2.5-Omni at its full size on one GPU, by the recipe's own code: memory and seconds by phase.

    python -m benchmarks.omni_step [--size 7b] [--steps 3] [--utterances 1] [--seconds 10] [--json]

Ear and thinker have random weights, made on the device from their sizes: nothing is downloaded. The rest is as in
recipes/emotionthinker_qwen2.5_omni_7b_lora.yaml: thinker in bfloat16, LoRA of rank 16, K = 8 answers of 256 tokens,
none ending early. The first step is not counted. `--size test` takes the same way on a CPU in seconds.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import soundfile
import torch

from zoo.backbones.bpe import nano_tokenizer
from zoo.backbones.omni import OmniLm
from zoo.core.check import check
from zoo.core.legend import SAMPLE_RATE_HZ
from zoo.core.recipe import complete, load_recipe
from zoo.core.registry import adapters, encoders
from zoo.core.sections import Trainer
from zoo.models.speech_lm import SpeechLM

RECIPE = "emotionthinker_qwen2.5_omni_7b_lora.yaml"
# Sizes of the published thinkers; their towers differ in the width of the last layer alone.
THINKERS: dict[str, dict[str, int]] = {
    "3b": {"hidden_size": 2048, "num_hidden_layers": 36, "num_attention_heads": 16, "num_key_value_heads": 2}
    | {"intermediate_size": 11008, "vocab_size": 151936},
    "7b": {"hidden_size": 3584, "num_hidden_layers": 28, "num_attention_heads": 28, "num_key_value_heads": 4}
    | {"intermediate_size": 18944, "vocab_size": 152064},
}


class RandomThinker(OmniLm):
    """A thinker of a published size with random weights; `weights` is the size."""

    def read(self, source: str, dtype: Any, **_: Any) -> tuple[Any, Any]:
        """Random weights, on the device that is in force, and the nano tokenizer: its words are not looked at."""
        from transformers import AutoConfig, AutoModelForCausalLM

        config = AutoConfig.for_model("qwen2", **THINKERS[source], rope_theta=1e6, tie_word_embeddings=False)
        model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16, attn_implementation="sdpa")
        return model, nano_tokenizer()


def random_model(size: str, sections: dict[str, Any], device: str) -> SpeechLM:
    """Ear, `identity` and thinker of a size, as the recipe's sections have them, on a device."""
    with torch.device(device):
        if size == "test":
            encoder = encoders.build("qwen2.5-omni-test")
            backbone: OmniLm = OmniLm(
                lora=sections["backbone"]["lora"], checkpointing=True, architecture="qwen2", size="test"
            )
        else:
            sizes = {"output_dim": THINKERS[size]["hidden_size"]}
            encoder = encoders.entry("qwen2.5-omni-7b").thing(config=sizes)
            backbone = RandomThinker(size, lora=sections["backbone"]["lora"], checkpointing=True)
        adapter = adapters.build("identity", in_dim=encoder.dim, out_dim=backbone.dim)
    encoder.requires_grad_(False)
    backbone.end_ids = (backbone.vocabulary,)  # an end that never comes: every answer has the same length
    return SpeechLM(encoder, None, adapter, backbone)


def write_speech(folder: Path, seconds: float, speakers: int = 4, each: int = 3) -> Path:
    """A manifest of clips that last so long: harmonics that rise and fall, so that every cue can be measured."""
    at = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    rows = []
    for speaker in range(speakers):
        for clip in range(each):
            height_hz = 110 + 20 * speaker + 7 * clip
            phase = 2 * np.pi * np.cumsum(height_hz * (1 + 0.1 * np.sin(2 * np.pi * 0.7 * at))) / SAMPLE_RATE_HZ
            wave = sum(np.sin(k * phase) / k for k in range(1, 8)) * (0.1 + 0.08 * np.sin(2 * np.pi * 4 * at))
            soundfile.write(folder / f"{speaker}_{clip}.wav", np.asarray(wave, np.float32), SAMPLE_RATE_HZ)
            emotion = ("angry", "sad")[clip % 2]
            rows.append({"audio_path": f"{speaker}_{clip}.wav", "speaker": str(speaker), "emotion": emotion})
    manifest = folder / "harmonics.jsonl"
    manifest.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return manifest


def run(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Train for the steps, the first one uncounted; seconds and peak MB by phase."""
    from zoo.report.profile import show_profile
    from zoo.stages.compose import compose
    from zoo.stages.run import trainer_for

    device = "cuda" if options.size != "test" else "cpu"
    recipe = load_recipe(
        RECIPE,
        [
            f"data={{name: manifest, path: {write_speech(folder, options.seconds)}, test_speakers: ['0']}}",
            f"data.utterances_per_step={options.utterances}",
            f"stage.max_new_tokens={options.new_tokens}",
            "stage.skip_flat=false",  # random words earn nothing; the update is made all the same
            "stage.show_every=0",
            f"trainer.max_steps={options.steps + 1}",
            "trainer.devices=1",
            "trainer.profile=true",
            "trainer.evaluate=false",
            *(["trainer.accelerator=cpu", "trainer.precision=32-true"] if device == "cpu" else []),
        ],
    )
    check(recipe)
    complete(recipe)
    settings = Trainer(**recipe.section("trainer"))
    with patch("zoo.stages.compose.build_model", lambda sections: random_model(options.size, sections, device)):
        data, stage = compose(recipe, settings)
    trainer = trainer_for(None, settings, stage)
    trainer.fit(stage, data)
    assert stage.phases is not None
    phases = show_profile(stage.phases, stage)
    sizes = {part: sum(p.nbytes for p in module.parameters()) / 1e9 for part, module in stage.model.named_children()}
    return {
        "device": torch.cuda.get_device_name() if device == "cuda" else "cpu",
        "size": options.size,
        "weights_gb": sizes,
        "seconds_a_step": sum(row["seconds"] for row in phases.values()),
        "peak_gb": max(row["peak_mb"] for row in phases.values()) * 2**20 / 1e9,
        "phases": phases,
    }


def main(arguments: list[str] | None = None) -> int:
    """Run and print; 1 where there is no GPU for a size that needs one."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.omni_step", description=__doc__)
    parser.add_argument("--size", choices=("test", *THINKERS), default="7b")
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--utterances", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=10.0, help="of audio in each utterance")
    parser.add_argument("--new-tokens", type=int, default=256)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if options.size != "test" and not torch.cuda.is_available():
        print("there is no GPU here; --size test takes the same way on a CPU", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, {"ZOO_CACHE": folder}):
        found = run(options, Path(folder))
    if options.json:
        print(json.dumps(found))
    else:
        print(f"{found['device']}: {found['seconds_a_step']:.2f} s a step, {found['peak_gb']:.1f} GB at the peak")
    return 0


if __name__ == "__main__":
    sys.exit(main())

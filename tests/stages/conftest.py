"""Recipes at `*-test` size over a corpus of tones."""

import pytest

from tests.corpus import write_corpus
from zoo.core.check import check
from zoo.core.recipe import complete, load_recipe
from zoo.core.sections import Trainer
from zoo.stages.compose import compose
from zoo.stages.run import trainer_for

RECIPE = """\
seed: 3
encoder: {{name: whisper-test, frozen: true}}
prosody: {{name: frame-cues, tokens: true, hidden: 16}}
adapter: {{name: conv-mlp, stride: 4, hidden: 32}}
backbone: {{name: qwen3-test, lora: {{rank: 4, dropout: 0.1}}}}
stage: {{name: grpo-ptr, group_size: 4, max_new_tokens: 10, skip_flat: false}}
rewards:
  format: {{weight: 0.3}}
  outcome: {{weight: 1.0}}
  reasoning: {{weight: 0.5, schedule: {{name: progressive, accuracy: 0.0, window: 3}}}}
data: {{name: manifest, path: {path}, test_speakers: [s0], utterances_per_step: 2}}
trainer: {{max_steps: 6, lr: 1.0e-2, warmup_steps: 2, decay: cosine, accelerator: cpu, devices: 1, save_every_steps: 2}}
"""
# Overrides for a step that can be worked out: nothing is drawn but the answers, and one part learns.
STEADY = (
    "backbone.lora.dropout=0.0",
    "stage.skip_flat=true",
    "stage.most_gap=null",
    "prosody.frozen=true",
    "adapter.frozen=true",
)


@pytest.fixture(scope="session")
def manifest(tmp_path_factory):
    return write_corpus(tmp_path_factory.mktemp("tones"))


@pytest.fixture
def build(manifest, tmp_path, monkeypatch):
    """Build a stage and its data from the recipe above and overrides."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "tones.yaml"
    path.write_text(RECIPE.format(path=manifest), encoding="utf-8")

    def build(*overrides):
        recipe = load_recipe(path, overrides)
        check(recipe)
        complete(recipe)
        settings = Trainer(**recipe.section("trainer"))
        data, stage = compose(recipe, settings)
        return recipe, settings, data, stage

    return build


@pytest.fixture
def train(build, tmp_path):
    """Train for some steps in a run folder; return the stage and every logged row."""

    def train(*overrides, run="run", resume=False):
        _, settings, data, stage = build(*overrides)
        folder = tmp_path / run
        folder.mkdir(exist_ok=True)
        rows = []
        original = stage.log_dict

        def log_dict(values, **options):
            rows.append((stage.global_step, {k: float(v) for k, v in values.items()}))
            original(values, **options)

        stage.log_dict = log_dict
        if stage.context.settings.max_steps:
            state = folder / "resume" / "last.ckpt" if resume else None
            trainer_for(folder, settings).fit(stage, data, ckpt_path=state, weights_only=True)
        return stage, rows

    return train

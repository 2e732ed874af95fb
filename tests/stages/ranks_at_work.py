"""Small trainings that one process or several ranks run alike, so that their losses and gradients can be compared.

`python -m tests.stages.ranks_at_work FOLDER` is one of two ranks: it runs all of them, one after another, under DDP
and FSDP2, since starting a process takes longer than most of them.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path

import torch
from lightning.pytorch.callbacks import Callback

from tests.stages.conftest import RECIPE
from zoo.core.check import check
from zoo.core.recipe import Trainer, complete, load_recipe
from zoo.core.sharding import joined
from zoo.stages.compose import compose
from zoo.stages.resampling import _rollout
from zoo.stages.run import latest_state, trainer_for

RANKS, GROUP = 2, 3
STEADY = ("trainer.decay=constant", "trainer.warmup_steps=0")
STAGES = {
    # The whole backbone, whose output layer is its embeddings.
    # Without a head's own loss, so that its class layers are reached by nothing on any rank.
    "sft": ("stage={name: sft, cue_loss: 0.0}", "rewards=null", "trainer.lr=0.01", "backbone.lora=null"),
    "grpo": (
        f"stage={{name: grpo-ptr, group_size: {GROUP}, max_new_tokens: 12, kl: 0.1, most_gap: null, skip_flat: true}}",
        "trainer.lr=0.01",
        "backbone.lora.dropout=0.0",
    ),
}


class Watch(Callback):
    """Keeps the gradients of every step, whole."""

    def __init__(self):
        self.gradients = []

    def on_before_optimizer_step(self, trainer, stage, optimizer):
        named = [(name, p) for name, p in stage.named_parameters() if p.requires_grad and p.grad is not None]
        self.gradients.append({name: joined(p.grad).detach().cpu().clone() for name, p in named})


def build(folder, kind, *overrides):
    path = folder / f"{kind}.yaml"
    if not path.exists():
        path.write_text(RECIPE.format(path=folder / "tones.jsonl"), encoding="utf-8")
    recipe = load_recipe(path, [*STEADY, *STAGES[kind], *overrides])
    check(recipe)
    complete(recipe)
    settings = Trainer(**recipe.section("trainer"))
    data, stage = compose(recipe, settings)
    if kind == "grpo":
        steer(stage)
    return settings, data, stage


def steer(stage):
    """Answers end at very different lengths; about a third of the utterances all of them are worth the same."""
    ends = range(0, stage.model.backbone.vocabulary, 6)
    stage.model.backbone.end_ids = (*stage.model.backbone.end_ids, *ends)
    scored, rollout, collect = stage.rewards.score, stage.rollout, stage.collect
    stage.lengths, stage.taught = [], []  # by rollout: tokens of each answer, and whether any group taught something

    def score(groups):
        worth = torch.tensor([[float(len(a.text) % 7) * teaches(g.utterance) for a in g.answers] for g in groups])
        return replace(scored(groups), total=worth)

    def watched(*args, **options):
        found = rollout(*args, **options)
        stage.lengths.append(found.mask.sum(1).tolist())
        return found

    def collected(*args):
        found = collect(*args)
        stage.taught.append(found.teaching > 0)
        return found

    stage.rewards.score, stage.rollout, stage.collect = score, watched, collected


def teaches(utterance):
    return int(Path(utterance.audio_path).stem.split("_")[1]) % 3 != 0


def as_ranks(stage):
    """Have one process draw the answers of each half of its batch from the stream of one of two ranks."""
    rollout = stage.rollout

    def both(prompted, group_size, temperature, top_p=1.0, purpose=0):
        size = len(prompted.embeds) // RANKS
        found = []
        for rank in range(RANKS):
            stage._step_seed = lambda p, r=rank: hash((stage.context.seed, stage.global_step, r, p)) % (1 << 63)
            rows = torch.arange(rank * size, (rank + 1) * size)
            found.append(rollout(prompted.rows(rows), group_size, temperature, top_p, purpose))
        del stage._step_seed
        return _rollout(found)

    stage.rollout = both


def train(folder, kind, run, *overrides, resume=None, replay=False):
    """Losses by step, gradients by step, and the weights at the end."""
    settings, data, stage = build(folder, kind, *overrides)
    if replay:
        as_ranks(stage)
    losses = {}
    log_dict = stage.log_dict

    def noted(values, **options):
        if "loss" in values:
            losses[stage.global_step] = float(values["loss"])
        log_dict(values, **options)

    stage.log_dict, watch = noted, Watch()
    trainer = trainer_for(folder / run, settings, stage)
    trainer.callbacks.append(watch)
    trainer.fit(stage, data, ckpt_path=resume, weights_only=True)
    weights = {n: joined(p).detach().cpu().clone() for n, p in stage.named_parameters() if p.requires_grad}
    more = {name: getattr(stage, name, []) for name in ("lengths", "taught")}
    return {"losses": losses, "gradients": watch.gradients, "weights": weights, **more}


def main(folder):
    rank = int(os.environ["RANK"])
    torch.set_num_threads(1)
    os.environ["ZOO_CACHE"] = str(folder / "cache")

    def keep(name, found):
        torch.save(found, folder / f"{name}.{rank}.pt")

    two = (f"trainer.devices={RANKS}", "data.utterances_per_step=2", "trainer.max_steps=3")
    for strategy in ("ddp", "fsdp2"):
        for kind in STAGES:
            shared = (*two, f"trainer.strategy={strategy}")
            keep(f"{strategy}_{kind}", train(folder, kind, f"{strategy}_{kind}", *shared))
    # What one process left after its second step goes on under FSDP2.
    on = (*two, "trainer.strategy=fsdp2", "trainer.max_steps=5")
    for kind in STAGES:
        state = latest_state(folder / f"one_{kind}")
        keep(f"resumed_{kind}", train(folder, kind, f"resumed_{kind}", *on, resume=state))
    # One utterance a rank: one of them often has nothing to learn from, draws again, and uses each rollout twice.
    alone = ("data.utterances_per_step=1", "stage.resample=2", "stage.updates=2", "trainer.max_steps=8")
    keep("alone", train(folder, "grpo", "alone", *two, "trainer.strategy=fsdp2", *alone))
    from zoo.fit import main as fit

    os.chdir(folder)
    fit(
        [
            str(folder / "sft.yaml"),
            *STEADY,
            *STAGES["sft"],
            *two,
            "trainer.strategy=fsdp2",
            "trainer.save_every_steps=3",
        ]
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))

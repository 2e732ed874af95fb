"""Small trainings that one process or several ranks run alike, so that their losses and gradients can be compared.

`python -m tests.stages.ranks_at_work FOLDER WORK` is one of some ranks: it does all of one of the works below, one
training after another, since starting a process takes longer than most of them.
"""

import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from lightning.pytorch.callbacks import Callback
from torch.distributed.device_mesh import init_device_mesh

from tests.corpus import write_corpus
from tests.stages.conftest import RECIPE
from zoo.backbones.cut import cut
from zoo.core.check import check
from zoo.core.recipe import complete, load_recipe
from zoo.core.registry import backbones
from zoo.core.sections import Trainer
from zoo.core.sharding import TENSOR, joined
from zoo.models.likelihood import likelihood
from zoo.models.rollout import sample
from zoo.models.speech_lm import Prompted
from zoo.stages.compose import compose
from zoo.stages.resampling import _rollout
from zoo.stages.run import latest_state, trainer_for

ROOT = Path(__file__).resolve().parents[2]
RANKS, GROUP = 2, 3
WHOLE = "data.utterances_per_step=4"
# Of every kind of plan: norms over heads, a sliding window, layers that make queries, keys and values together.
FAMILIES = ("llama-test", "qwen3-test", "gemma3-test", "phi3-test")
STEADY = ("trainer.decay=constant", "trainer.warmup_steps=0")
SPOILT = ("trainer.max_steps=4", "trainer.weight_decay=0.1")
MIXED = ("trainer.max_steps=3", "trainer.precision=bf16-mixed")
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
        named = [(name, gradient_of(p)) for name, p in stage.named_parameters() if p.requires_grad]
        self.gradients.append({name: grad for name, grad in named if grad is not None})


def gradient_of(parameter):
    """Whole, however it lies on the ranks; None where there is none."""
    if hasattr(parameter, "_hp_mapping"):  # DeepSpeed's mark
        from deepspeed.utils import safe_get_full_grad

        return safe_get_full_grad(parameter).clone()
    return None if parameter.grad is None else joined(parameter.grad).detach().cpu().clone()


def family(name):
    """How far likelihoods and gradients of a family cut over all ranks are from those of it whole, as shares of the
    largest; and whether it samples the same."""
    torch.manual_seed(0)
    backbone = backbones.build(name, {"lora": {"rank": 4}})
    for layer_name, weight in backbone.named_parameters():
        if "lora_B" in layer_name:
            torch.nn.init.normal_(weight, std=0.05)  # a LoRA that starts from zero would show nothing
    embeds = torch.randn(2, 5, backbone.dim, requires_grad=True)
    prompted = Prompted(embeds, torch.ones(2, 5, dtype=torch.bool))
    ids, mask = torch.randint(9, 99, (4, 6)), torch.arange(6) < torch.tensor([6, 2, 4, 1])[:, None]

    def found():
        backbone.zero_grad()
        embeds.grad = None
        likely = likelihood(backbone, prompted, ids, mask).log_probs
        likely.sum().backward()
        trained = [p.grad for p in backbone.parameters() if p.requires_grad]
        with backbone.merged():
            drawn = sample(backbone, prompted, 2, max_new_tokens=6, generator=torch.Generator().manual_seed(1))
        return [likely.detach(), embeds.grad, *(joined(grad) for grad in trained)], drawn.ids

    expected, answers = found()
    cut(backbone.language_model, init_device_mesh("cpu", (RANKS,), mesh_dim_names=(TENSOR,)))
    values, drawn = found()
    pairs = zip(values, expected, strict=True)
    apart = [float((ours - theirs).abs().max() / theirs.abs().max()) for ours, theirs in pairs]
    return {"apart": max(apart), "same_answers": torch.equal(drawn, answers)}


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


def train(folder, kind, run, *overrides, resume=None, replay=False, spoilt=None):
    """Losses by step, gradients by step, and the weights at the end. The `spoilt` step's gradient is no number."""
    settings, data, stage = build(folder, kind, *overrides)
    if replay:
        as_ranks(stage)
    if spoilt is not None:
        spoil(stage, spoilt)
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
    more = {name: getattr(stage, name, []) for name in ("lengths", "taught")} | {"skipped": stage.skips.total}
    return {"losses": losses, "gradients": watch.gradients, "weights": weights, **more}


def spoil(stage, spoilt):
    """On the first rank alone; no other's gradient may be used either."""
    step = stage.training_step

    def spoilt_step(*args):
        here = stage.global_step == spoilt and stage.global_rank == 0
        return step(*args) * (float("nan") if here else 1.0)

    stage.training_step = spoilt_step


def run_ranks(folder, work, ranks=RANKS, longest_s=400):
    """Start ranks, and kill them all where they take longer than `longest_s`: one may wait for another for ever."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port = str(asked.getsockname()[1])
    started = []
    for rank in range(ranks):
        env = {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(ranks), "LOCAL_WORLD_SIZE": str(ranks)}
        env |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "TORCHELASTIC_RUN_ID": "test"}
        env |= {"PYTHONPATH": str(ROOT), "GROUP_RANK": "0"}
        words = [sys.executable, "-m", "tests.stages.ranks_at_work", str(folder), work]
        log = (folder / f"log.{rank}").open("w")
        started.append(subprocess.Popen(words, cwd=ROOT, env=os.environ | env, stdout=log, stderr=subprocess.STDOUT))
    try:
        codes = [rank.wait(longest_s) for rank in started]
    finally:
        for rank in started:
            rank.kill()
    assert not any(codes), "".join((folder / f"log.{rank}").read_text()[-3000:] for rank in range(ranks))


def one_and_ranks(folder, work, **how):
    """A folder with what one process found in every stage, in three steps and in five, and what ranks found."""
    write_corpus(folder)
    for kind in STAGES:
        for name, run, steps in ((kind, f"one_{kind}", 3), (f"five_{kind}", f"five_{kind}", 5)):
            torch.save(train(folder, kind, run, f"trainer.max_steps={steps}", WHOLE, **how), folder / f"{name}.pt")
    run_ranks(folder, work)
    return folder


def keep(folder, name, found):
    torch.save(found, folder / f"{name}.{os.environ['RANK']}.pt")


def of(folder, name):
    return torch.load(folder / f"{name}.pt", weights_only=True)


def assert_same(found, expected, steps):
    for step in steps:
        assert found["losses"][step] == pytest.approx(expected["losses"][step], abs=3e-6)
    for name, weight in expected["weights"].items():
        torch.testing.assert_close(found["weights"][name], weight, atol=1e-4, rtol=1e-4)


def assert_same_gradients(found, expected):
    for step, (theirs, ours) in enumerate(zip(found["gradients"], expected["gradients"], strict=True)):
        assert theirs.keys() >= ours.keys()
        most = 2e-5 if step else 2e-6  # Adam's first steps make the least difference of two small gradients large
        for name, gradient in theirs.items():  # one that nobody else has is of what nothing reached, and is 0
            wanted = ours.get(name, torch.zeros_like(gradient))
            torch.testing.assert_close(gradient, wanted, atol=most, rtol=1e-4)


def data_parallel(folder):
    """DDP and FSDP2."""
    two = (f"trainer.devices={RANKS}", "data.utterances_per_step=2", "trainer.max_steps=3")
    for strategy in ("ddp", "fsdp2"):
        for kind in STAGES:
            shared = (*two, f"trainer.strategy={strategy}")
            keep(folder, f"{strategy}_{kind}", train(folder, kind, f"{strategy}_{kind}", *shared))
    # What one process left after its second step goes on under FSDP2.
    on = (*two, "trainer.strategy=fsdp2", "trainer.max_steps=5")
    for kind in STAGES:
        state = latest_state(folder / f"one_{kind}")
        keep(folder, f"resumed_{kind}", train(folder, kind, f"resumed_{kind}", *on, resume=state))
    # One utterance a rank: one of them often has nothing to learn from, draws again, and uses each rollout twice.
    alone = ("data.utterances_per_step=1", "stage.resample=2", "stage.updates=2", "trainer.max_steps=8")
    keep(folder, "alone", train(folder, "grpo", "alone", *two, "trainer.strategy=fsdp2", *alone))
    whole_run(folder, "sft", *two, "trainer.strategy=fsdp2", "trainer.save_every_steps=3")


def whole_run(folder, kind, *overrides):
    """A run with all that comes before and after the training."""
    from zoo.fit import main as fit

    os.chdir(folder)
    fit([str(folder / f"{kind}.yaml"), *STEADY, *STAGES[kind], *overrides])


def tensor_parallel(folder):
    """One copy of the blocks on all ranks: two trainings, each from its start and half-way, and every family."""
    all_of = (f"trainer.devices={RANKS}", "trainer.strategy=tensor-parallel", WHOLE)
    for kind in STAGES:
        keep(folder, f"cut_{kind}", train(folder, kind, f"cut_{kind}", *all_of, "trainer.max_steps=3"))
        state = latest_state(folder / f"one_{kind}")
        resumed = train(folder, kind, f"resumed_{kind}", *all_of, "trainer.max_steps=5", resume=state)
        keep(folder, f"resumed_{kind}", resumed)
    whole_run(folder, "sft", *all_of, "trainer.max_steps=3", "trainer.save_every_steps=3")
    keep(folder, "families", {name: family(name) for name in FAMILIES})


def deepspeed(folder):
    """Two ranks that share gradients and moments by DeepSpeed: from the start, half-way, and where something is off."""
    two = (f"trainer.devices={RANKS}", "data.utterances_per_step=2", "trainer.strategy=deepspeed-2")
    for kind in STAGES:
        keep(folder, f"ds_{kind}", train(folder, kind, f"ds_{kind}", *two, "trainer.max_steps=3"))
        state = latest_state(folder / f"one_{kind}")
        resumed = train(folder, kind, f"resumed_{kind}", *two, "trainer.max_steps=5", resume=state)
        keep(folder, f"resumed_{kind}", resumed)
    keep(folder, "spoilt", train(folder, "sft", "spoilt", *two, *SPOILT, spoilt=1))
    keep(folder, "mixed", train(folder, "sft", "mixed", *two, *MIXED))
    whole_run(folder, "sft", *two, "trainer.max_steps=3", "trainer.save_every_steps=3")


def table(folder):
    """Four ranks: two copies of the blocks, two ranks each."""
    two = ("trainer.devices=4", "trainer.strategy=tensor-parallel", "trainer.tensor_parallel=2")
    keep(folder, "table", train(folder, "grpo", "table", *two, "data.utterances_per_step=2", "trainer.max_steps=3"))


if __name__ == "__main__":
    torch.set_num_threads(1)
    os.environ["ZOO_CACHE"] = str(Path(sys.argv[1]) / "cache")
    {"data": data_parallel, "tensor": tensor_parallel, "table": table, "deepspeed": deepspeed}[sys.argv[2]](
        Path(sys.argv[1])
    )

"""A run on disk: its folder, the trainer that fills it, the state it resumes from and the checkpoint it leaves."""

import logging
import os
import warnings
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import lightning as L
import torch
from lightning.pytorch.callbacks import Callback, ModelCheckpoint
from lightning.pytorch.loggers import CSVLogger, Logger, TensorBoardLogger
from omegaconf import OmegaConf

from zoo.core.console import plain
from zoo.core.errors import ZooError
from zoo.core.recipe import Recipe, complete, load_recipe
from zoo.core.sections import Trainer
from zoo.data.corpus import shared_speakers
from zoo.data.loader import SpeechData
from zoo.models.save import save_model
from zoo.stages.phases import Phases
from zoo.stages.progress import progress_bar
from zoo.stages.provenance import made_with
from zoo.stages.saving import SafeIO
from zoo.stages.stage import Stage
from zoo.stages.stopping import StopAfterStep
from zoo.stages.strategies import strategy_of
from zoo.stages.watchdog import Watchdog

RUNS = Path(os.environ.get("ZOO_RUNS", "runs"))
STATE = "resume/last.ckpt"
RUN_OF_RANK_0 = "ZOO_RUN_OF_RANK_0"  # the processes that Lightning starts for the other ranks inherit it


def open_run(recipe: Recipe, resume: str | None) -> Path:
    """The folder of a new run, or of the one to resume: "" for the recipe's last, or for the run whose recipe it is.

    Raises:
        ZooError: there is no run to resume, or it was made by another recipe.
    """
    text = OmegaConf.to_yaml(recipe.config)
    if resume is None and _rank() > 0:  # which writes nothing; a launcher's other ranks are not told the folder
        return Path(os.environ.get(RUN_OF_RANK_0, RUNS / recipe.name / "of-rank-0"))
    if resume is None:
        run = _new_folder(RUNS / recipe.name)
        (run / "recipe.yaml").write_text(text, encoding="utf-8")
        os.environ[RUN_OF_RANK_0] = str(run)
        return run
    own = recipe.path.parent
    if not resume and (own / STATE).is_file():
        resume = str(own)
        recipe.path = own.parent.with_suffix(".yaml")  # a run's folder lies in one of its recipe's name
    runs = [Path(resume)] if resume else sorted((RUNS / recipe.name).glob("*/"))
    runs = [run for run in runs if (run / STATE).is_file()]
    if not runs:
        raise ZooError(f"there is nothing to resume in {resume or RUNS / recipe.name}; start without --resume")
    old = load_recipe(runs[-1] / "recipe.yaml")
    complete(old)  # an option that is younger than the run had its default then
    for key in sorted({str(key) for key in (*old.config, *recipe.config)} - {"trainer"}):
        if old.config.get(key) != recipe.config.get(key):
            raise ZooError(f"{runs[-1]} was run with another {key}; {way_to_resume(runs[-1])}")
    return runs[-1]


def way_to_resume(run: Path) -> str:
    """The command that goes on with a run, whatever overrides it was started with."""
    return f"go on with: python -m zoo.fit {run / 'recipe.yaml'} --resume"


def _rank() -> int:
    """This process's rank, as torchrun, SLURM or Lightning tell it; 0 for a process alone."""
    told = (os.environ.get(name) for name in ("RANK", "SLURM_PROCID", "LOCAL_RANK"))
    return next((int(rank) for rank in told if rank is not None), 0)


def _new_folder(runs: Path) -> Path:
    """A folder named by the time, which no other run has, not even one that starts in the same millisecond."""
    while True:
        run = runs / datetime.now().strftime("%Y-%m-%d_%H-%M-%S-%f")[:-3]
        with suppress(FileExistsError):
            run.mkdir(parents=True)
            return run


def latest_state(run: Path) -> Path:
    """The state a run resumes from."""
    return run / STATE


def read_state(stage: Stage, state: Path) -> int:
    """Give a stage the trained tensors of a state; return the step it is of."""
    found = SafeIO().load_checkpoint(state, weights_only=True)
    stage.on_load_checkpoint(found)
    stage.load_state_dict(found["state_dict"], strict=False)  # the frozen rest is in no state
    return int(found["global_step"])


def trainer_for(run: Path | None, settings: Trainer, stage: Stage | None = None) -> L.Trainer:
    """Lightning's trainer as the recipe says, logging into the run's folder; without one it leaves no trace.

    A `stage` is profiled where the recipe wants it.
    """
    _quiet()
    precision: Any = settings.precision
    if precision == "auto":
        bf16 = settings.accelerator != "cpu" and torch.cuda.is_available() and torch.cuda.is_bf16_supported()
        precision = "bf16-mixed" if bf16 else "32-true"
    callbacks: list[Callback] = [progress_bar()]
    if settings.profile and stage is not None:
        stage.phases = Phases()
        callbacks.append(stage.phases)
    loggers: list[Logger] = []
    if run is not None:
        every = settings.save_every_steps
        keeps = ModelCheckpoint(
            run / "resume", save_last=True, save_top_k=0, every_n_train_steps=every, enable_version_counter=False
        )
        callbacks += [StopAfterStep(latest_state(run)), keeps]
        if settings.stuck_after_s:
            callbacks.append(Watchdog(settings.stuck_after_s))
        loggers = [
            TensorBoardLogger(run, name="", version=""),
            CSVLogger(run, name="metrics", flush_logs_every_n_steps=every),
        ]  # a resumed run starts a new file of its own
    return L.Trainer(
        accelerator=settings.accelerator,
        devices=settings.devices,
        num_nodes=settings.num_nodes,
        strategy=strategy_of(settings),
        precision=precision,
        plugins=[SafeIO()] if run is not None else None,
        max_steps=settings.max_steps,
        max_epochs=-1,  # steps count: the sampler gives max_steps of them, and its order is what resumes
        gradient_clip_val=settings.grad_clip or None,
        log_every_n_steps=settings.log_every_steps,
        logger=loggers,
        callbacks=callbacks,
        enable_checkpointing=run is not None,
        use_distributed_sampler=False,
        enable_model_summary=False,
        num_sanity_val_steps=0,
        default_root_dir=run or RUNS,
    )


def save_checkpoint(
    run: Path,
    recipe: Recipe,
    stage: Stage,
    data: SpeechData,
    before: dict[str, Any],
    after: dict[str, Any],
    cost: dict[str, Any],
    writes: bool = True,
) -> Path:
    """Write the run's checkpoint folder, with a card that says what it is and what it can do.

    All ranks call it, since each may hold a piece; one of them `writes`.
    """
    base = recipe.config.get("start_from")
    card = {
        "name": recipe.name,
        "stage": recipe.section("stage")["name"],
        "trained_on": data.corpus.name,
        "split": data.corpus.split_id,
        "speakers_in_both": len(shared_speakers(data.train_utterances, data.test_utterances)),
        "data_licence": data.corpus.licence,
        "train_utterances": len(data.train_utterances),
        "start_from": base,
        "seed": int(recipe.config.get("seed", 0)),
        "held_out": {"before": before, "after": after},
        **stage.card(),
        "cost": cost,
        "made_with": made_with(data),
    }
    sections = OmegaConf.to_container(recipe.config, resolve=True)
    assert isinstance(sections, dict)
    settings = Trainer(**recipe.section("trainer"))
    under = None if settings.save_whole or base is None else base
    dtype = getattr(torch, settings.save_dtype)
    named = {str(k): v for k, v in sections.items()}
    return save_model(stage.model, run / "checkpoint", named, plain(card), dtype, writes, under)


def _quiet() -> None:
    """Silence what Lightning says to developers; its errors still come through."""
    for name in ("lightning.pytorch", "torch.distributed.tensor._redistribute"):
        logging.getLogger(name).setLevel(logging.ERROR)
    for words in ("does not have many workers", "The number of training batches", "Trying to infer the `batch_size`"):
        warnings.filterwarnings("ignore", message=f".*{words}.*")
    warnings.filterwarnings("ignore", message=".*isinstance.treespec, LeafSpec.*")
    warnings.filterwarnings("ignore", message=".*It is recommended to use `self.log.*")  # the figures are of all ranks
    warnings.filterwarnings("ignore", message=".*DeepSpeed handles gradient clipping internally.*")  # and we know
    warnings.filterwarnings("ignore", message=".*ckpt_path.*|.*Checkpoint directory.*")

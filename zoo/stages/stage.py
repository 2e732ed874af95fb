"""What every stage shares: the optimizer, frozen parts that stay in evaluation mode, and small checkpoints."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lightning as L
import torch
from torch import Tensor, nn
from torchmetrics import Metric

from zoo.core.errors import ZooError
from zoo.core.sections import Trainer
from zoo.core.sharding import clip_gradients, whole
from zoo.data.loader import SpeechData
from zoo.models.build import parts
from zoo.models.speech_lm import SpeechLM
from zoo.stages.fsdp2 import shard
from zoo.stages.phases import Phases
from zoo.stages.ranks import arrange, over_ranks, peers, which
from zoo.stages.said import Said
from zoo.stages.score import Told
from zoo.stages.skipping import Skips
from zoo.stages.zero2 import Zero2

# Purposes of random numbers, so that one does not repeat the other; of the last, one for each further draw.
SAMPLING, DROPOUT, RESAMPLING = 0, 1, 2


@dataclass(frozen=True)
class Context:
    """What a stage is told by the rest of its recipe."""

    model: SpeechLM
    settings: Trainer = field(default_factory=Trainer)
    rates: Mapping[str, float | None] = field(default_factory=dict)  # a learning rate by part, the trainer's if None
    rewards: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0


class Stage(L.LightningModule):
    """A goal to train a model towards. A subclass gives `training_step`, `test_step` and `results`."""

    updates = 1  # steps that each batch serves

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.model, self.context = context.model, context
        self.phases: Phases | None = None  # set by a profiled run
        self.skips = Skips()
        self.batch: Any = None  # in hand
        self.work: dict[str, int] = {}  # counted in a profiled run: what its floors are made of
        self.heads = nn.ModuleDict()  # what a stage trains beside the model and throws away afterwards
        self.strict_loading = (
            False  # a run's checkpoint holds what is trained; `on_load_checkpoint` is strict about that
        )

    def prepare(self, data: SpeechData) -> None:
        """What a stage does with its data before the first batch, beside training on it as it stands."""

    def phase(self, name: str) -> None:
        """Say what the step does from here on; heard in a profiled run alone."""
        if self.phases is not None:
            self.phases.enter(name)

    def report(
        self, figures: Mapping[str, Tensor | float], size: int = 1, shown: Sequence[str] = ()
    ) -> dict[str, Tensor]:
        """Log a step's figures, each of all ranks (`ranks.over_ranks`), and return them; `shown` are on the bar too."""
        found = over_ranks(figures, self.device)
        on_bar = {name: value for name, value in found.items() if name in shown}
        self.log_dict(on_bar, prog_bar=True, batch_size=size)
        self.log_dict({name: value for name, value in found.items() if name not in shown}, batch_size=size)
        return found

    def results(self) -> dict[str, Any]:
        """The figures of the last evaluation, and `n`."""
        raise NotImplementedError

    def told(self) -> list[Told]:
        """What was answered about each utterance of the last evaluation, on all ranks, where it names emotions."""
        return []

    def said(self) -> list[Said]:
        """The answers of the last evaluation, on all ranks, where there are any."""
        return []

    def counted(self) -> dict[str, list[Any]]:
        """The rows of the last evaluation on this rank, in their own lists, by what they are (`counts.KINDS`)."""
        return {}

    def card(self) -> dict[str, Any]:
        """What a checkpoint's card says of this stage beside its figures; plain types."""
        return {"skipped_steps": self.skips.total} if self.skips.total else {}

    def train(self, mode: bool = True) -> "Stage":
        """Training mode for what is trained; a frozen part keeps its dropout off."""
        super().train(mode)
        for part in parts(self.model).values():
            if not any(p.requires_grad for p in part.parameters()):
                part.eval()
        return self

    def on_train_start(self) -> None:
        """Set the modes: Lightning trains a model in those that it was built in, and a fresh one's dropout is on.

        Not when an epoch starts: a run that goes on in the middle of one starts none.
        """
        self.train()

    def configure_model(self) -> None:
        """Cut the parameters into pieces where the strategy shares them out."""
        arrange(self._device_mesh)
        for metric in self.modules():
            if isinstance(metric, Metric):
                metric.process_group = peers()
        if self._device_mesh is not None:
            shard(self, self._device_mesh)

    def on_test_start(self) -> None:
        """Each rank answers its own share of the utterances, and waits for no other."""
        self._whole = whole(self)
        self._whole.__enter__()

    def on_test_end(self) -> None:
        """Cut what `configure_model` cut."""
        self._whole.__exit__(None, None, None)

    def configure_optimizers(self) -> Any:
        """AdamW with a learning rate a part; linear warm-up, then constant or a cosine to zero."""
        settings = self.context.settings
        groups = []
        for name, module in {**parts(self.model), **self.heads}.items():
            trained = [p for p in module.parameters() if p.requires_grad]
            if trained:
                groups.append({"params": trained, "lr": self.context.rates.get(name) or settings.lr, "name": name})
        if not groups:
            raise ZooError("every part of the recipe is frozen: there is nothing to train")
        # One kernel for all of it; with mixed precision Lightning's clipping and a fused optimizer exclude each other.
        fused = self.trainer.precision == "32-true"
        optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=settings.weight_decay, fused=fused)
        scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, self._rate)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": scheduler, "interval": "step"}}

    def _rate(self, step: int) -> float:
        settings = self.context.settings
        warm = min(1.0, (step + 1) / max(1, settings.warmup_steps))
        if settings.decay == "cosine":
            return warm * 0.5 * (1 + math.cos(math.pi * min(1.0, step / max(1, settings.max_steps))))
        return warm

    def generator(self, purpose: int = SAMPLING) -> torch.Generator:
        """Random numbers that depend on seed, step, rank and purpose alone, so that a resumed run draws the same.

        Ranks that share one copy of the model draw the same.
        """
        return torch.Generator(self.device).manual_seed(self._step_seed(purpose))

    def _step_seed(self, purpose: int) -> int:
        return hash((self.context.seed, self.global_step, which(), purpose)) % (1 << 63)

    def on_train_batch_start(self, batch: Any, batch_idx: int) -> None:
        """Seed what draws from the library's own stream, dropout above all, with the step."""
        self.batch = batch
        torch.manual_seed(self._step_seed(DROPOUT))

    def configure_gradient_clipping(
        self, optimizer: Any, gradient_clip_val: float | None = None, gradient_clip_algorithm: str | None = None
    ) -> None:
        """Clip by the norm of all gradients; where that is no number, the step changes nothing and is counted.

        Ranks share their gradients before, so all of them leave out the same steps.
        """
        trained = [p for group in optimizer.param_groups for p in group["params"]]
        strategy = self.trainer.strategy
        if isinstance(strategy, Zero2):
            norm = strategy.gradient_norm()
        else:
            norm = float(clip_gradients(trained, gradient_clip_val or math.inf))
        self.log("gradient_norm", norm, batch_size=1)
        if math.isfinite(norm):
            self.skips.fine()
            return
        for parameter in trained:
            parameter.grad = None  # AdamW leaves out what has none: no update, no decay, no moment
        run = Path(self.trainer.default_root_dir) if self.trainer.loggers else None
        self.skips.note(self.global_step, norm, self.batch, run, self.global_rank)

    def _trained(self) -> set[str]:
        return {name for name, p in self.named_parameters() if p.requires_grad}

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Keep what is trained; a frozen 7B model is in its own checkpoint already."""
        trained = self._trained()
        checkpoint["state_dict"] = {k: v for k, v in checkpoint["state_dict"].items() if k in trained}
        checkpoint["skips"] = self.skips.state_dict()

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Refuse a run's checkpoint that lacks something this recipe trains, or has something more."""
        wrong = self._trained() ^ set(checkpoint["state_dict"])
        if wrong:
            raise ZooError(
                f"the run to resume trained other parts than this recipe does ({len(wrong)} tensors, {min(wrong)} "
                "first); resume with the recipe in the run's folder"
            )
        self.skips.load_state_dict(checkpoint["skips"])

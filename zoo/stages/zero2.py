"""Training with gradients and moments in pieces (ZeRO stage 2; Rajbhandari et al. 2019, arXiv 1910.02054) by DeepSpeed.

Every rank holds the whole model and updates its share of it. Lightning's `DeepSpeedStrategy` starts the engine; what
stands here keeps the rest of a run as it is under any other strategy: weights stay float32 and are computed with in the
recipe's precision, states are one file of whole tensors, and a step without a finite gradient is left out and counted.
"""

import logging
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from lightning.pytorch.plugins.precision import DeepSpeedPrecision
from lightning.pytorch.strategies import DeepSpeedStrategy
from torch import nn

from zoo.core.errors import ZooError
from zoo.stages.one_file import OneFile
from zoo.stages.one_order import OneOrder


class Autocast(DeepSpeedPrecision):
    """DeepSpeed's steps with PyTorch's mixed precision: DeepSpeed's own turns weights and sound into 16 bits."""

    def __init__(self, precision: Any, device: str) -> None:
        super().__init__(precision)
        self.device = device

    def convert_input(self, data: Any) -> Any:
        """As it is."""
        return data

    def forward_context(self) -> AbstractContextManager[Any]:
        """What a step or an evaluation computes in."""
        if self.precision == "32-true":
            return nullcontext()
        return torch.autocast(self.device, dtype=torch.bfloat16)


class Zero2(OneFile, DeepSpeedStrategy):
    """All ranks share the optimizer. A run's state is that of any other strategy, and so goes on under any."""

    strategy_name = "deepspeed-2"

    def __init__(self) -> None:
        super().__init__(stage=2, logging_level=logging.ERROR, logging_batch_size_per_gpu=1)

    def setup_environment(self) -> None:
        """Take CPUs too, which Lightning refuses and DeepSpeed does not.

        Raises:
            ZooError: the precision is one that keeps weights in 16 bits or scales the loss.
        """
        precision: Any = self.precision_plugin.precision
        if precision not in ("32-true", "bf16-mixed"):
            raise ZooError(f"strategy deepspeed-2 takes trainer.precision=32-true or bf16-mixed, not {precision}")
        self.precision_plugin = Autocast(precision, self.root_device.type)
        super(DeepSpeedStrategy, self).setup_environment()

    def setup_distributed(self) -> None:
        """Start the ranks; CPUs have no number, and exchange by gloo, without what DeepSpeed would compile for them."""
        if self.root_device.type == "cpu":
            import deepspeed

            deepspeed.ops.__compatible_ops__["deepspeed_shm_comm"] = False
            self.set_world_ranks()
            self._init_deepspeed_distributed()
        else:
            super().setup_distributed()

    def _format_config(self) -> None:
        self._format_batch_size_and_grad_accum_config()  # and nothing of precision

    def _setup_model_and_optimizer(self, model: nn.Module, optimizer: Any, lr_scheduler: Any = None) -> tuple[Any, Any]:
        import deepspeed

        trained = [p for p in model.parameters() if p.requires_grad]
        engine, shared, _, _ = deepspeed.initialize(
            config=self.config,
            model=OneOrder(model),
            model_parameters=trained,
            optimizer=optimizer,
            lr_scheduler=lr_scheduler,
            dist_init_required=False,
        )
        return engine, shared

    def _initialize_deepspeed_inference(self, model: nn.Module) -> None:
        self.model = model  # every rank has all of it

    def gradient_norm(self) -> float:
        """The norm of all gradients, together on all ranks; NaN where it is none. DeepSpeed clips by itself.

        It also leaves out the step where it is none, with decay and moments.
        """
        norm = float(self._zero.scaled_global_norm())
        return norm if norm >= 0 else float("nan")  # its word for no number is -1

    @property
    def _zero(self) -> Any:
        """DeepSpeed's optimizer: `.optimizer` is ours, over this rank's piece of each group; `.bit16_groups` whole."""
        return self.optimizers[0]

    def save_checkpoint(self, checkpoint: dict[str, Any], filepath: Any, storage_options: Any = None) -> None:
        """Write one file, on rank 0, and no folder of DeepSpeed's."""
        super(DeepSpeedStrategy, self).save_checkpoint(checkpoint, filepath, storage_options)

    def optimizer_state(self, optimizer: Any) -> dict[str, Any]:
        """An optimizer's state as it would be on one rank, on all of them."""
        from deepspeed.utils import safe_get_full_optimizer_state as whole

        self._link()
        ours, places, groups, state = self._zero.optimizer, 0, [], {}
        for group, parameters in zip(ours.param_groups, self._zero.bit16_groups, strict=True):
            found = ours.state.get(group["params"][0], {})  # of this rank's piece of all the group's parameters
            for place, p in enumerate(parameters, places):
                if found:
                    moments = {name: whole(p, name).cpu() for name in ("exp_avg", "exp_avg_sq")}
                    state[place] = {"step": found["step"].cpu().clone(), **moments}
            groups.append({**group, "params": list(range(places, places + len(parameters)))})
            places += len(parameters)
        return {"state": state, "param_groups": groups}

    def _link(self) -> None:
        """Say where in its group's piece each parameter's moments lie; DeepSpeed does so too early for all but one."""
        self._zero._hp_optimizer_states_linked = False
        self._zero._lazy_init_hp_params_optimizer_state()

    def load_model_state_dict(self, checkpoint: Mapping[str, Any], strict: bool = True) -> None:
        """Take what is trained, in the model and in this rank's piece that is updated."""
        assert self.lightning_module is not None
        self.lightning_module.load_state_dict(checkpoint["state_dict"], strict=strict)
        self._zero.refresh_fp32_params()

    def load_optimizer_state_dict(self, checkpoint: Mapping[str, Any]) -> None:
        """Take the optimizer's state."""
        from deepspeed.utils import safe_set_full_optimizer_state as put

        (found,) = checkpoint["optimizer_states"]
        ours = self._zero.optimizer
        for group, told in zip(ours.param_groups, found["param_groups"], strict=True):
            group.update({name: value for name, value in told.items() if name != "params"})
            rows = [found["state"][place] for place in told["params"] if place in found["state"]]
            if rows:
                (piece,) = group["params"]
                empty = {name: torch.zeros_like(piece) for name in ("exp_avg", "exp_avg_sq")}
                step = max(float(row["step"]) for row in rows)  # some may have had no gradient in the first steps
                ours.state[piece] = {"step": torch.tensor(step, device=piece.device), **empty}
        if not found["state"]:
            return
        self._link()
        every = [p for group in self._zero.bit16_groups for p in group]
        for place, row in found["state"].items():
            for name in ("exp_avg", "exp_avg_sq"):
                put(every[place], row[name].to(every[place].device), name)

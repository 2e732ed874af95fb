"""Where the steps' time went, printed after a profiled run, with the floors of what cannot be made faster beside it.

Floors: a decoding step reads every weight of the backbone's layers once for all answers (bytes over the memory
bandwidth that a copy reaches here); a pass forward does 2 FLOPs a weight and token (over what a large matrix product
reaches here), the backward pass twice that, or once where only a LoRA is trained.
"""

import time
from typing import Any

import torch
from rich.console import Console
from rich.table import Table
from torch import nn

from zoo.stages.phases import Phases
from zoo.stages.stage import Stage

COPY_BYTES = 1 << 28  # far more than any cache holds
PRODUCT = 2048  # rows and columns; large enough to reach what the machine can do
REPEATS = 5


def show_profile(phases: Phases, stage: Stage) -> dict[str, dict[str, float]]:
    """Print the table and return it: seconds and CPU seconds a step, share, peak MB, floor in seconds."""
    whole = sum(phase.seconds for phase in phases.found.values())
    if not phases.steps or not whole:
        return {}
    floor = floors(stage)
    table = Table(box=None)
    for column in ("phase", "s a step", "CPU s", "share", "peak MB", "floor, s"):
        table.add_column(column, justify="left" if column == "phase" else "right")
    rows = {}
    for name, phase in phases.found.items():
        row = {
            "seconds": phase.seconds / phases.steps,
            "cpu_seconds": phase.cpu_seconds / phases.steps,
            "share": phase.seconds / whole,
            "peak_mb": phase.peak_bytes / 2**20,
            **({"floor_seconds": floor[name]} if name in floor else {}),
        }
        rows[name] = row
        table.add_row(
            name,
            f"{row['seconds']:.3f}",
            f"{row['cpu_seconds']:.3f}",
            f"{row['share']:.1%}",
            f"{row['peak_mb']:,.0f}",
            f"{floor[name]:.3f}" if name in floor else "",
        )
    console = Console(stderr=True, highlight=False, emoji=False)
    console.print(f"where {phases.steps} steps went, the first left out:")
    console.print(table)
    return rows


def floors(stage: Stage) -> dict[str, float]:
    """Seconds a step that each phase takes at the least, by what the stage counted of its tokens; {} if it did not."""
    counted = stage.work
    backbone = stage.model._backbone
    if backbone is None or not counted:
        return {}
    matrices = {id(m.weight): m.weight for m in backbone.language_model.modules() if isinstance(m, nn.Linear)}
    weights = sum(weight.numel() for weight in matrices.values())
    read = sum(weight.nbytes for weight in matrices.values())
    frozen = not any(weight.requires_grad for name, weight in backbone.named_parameters() if "lora_" not in name)
    bandwidth, flops = machine(stage.device, next(iter(matrices.values())).dtype)
    steps = max(1, counted["steps"])
    forward = 2 * weights * counted["tokens"] / steps / flops
    return {
        "sampling": max(
            read * counted["decoded"] / steps / bandwidth, 2 * weights * counted["sampled"] / steps / flops
        ),
        "reference": forward,
        "update": forward,
        "backward": forward * (1 if frozen else 2),
    }


def machine(device: torch.device, dtype: torch.dtype) -> tuple[float, float]:
    """Bytes a second that a copy reads, FLOPs a second of a large matrix product, both measured here and now."""
    a = torch.zeros(COPY_BYTES, dtype=torch.uint8, device=device)
    b = torch.empty_like(a)
    square: Any = torch.randn(PRODUCT, PRODUCT, device=device).to(dtype)
    copied = _seconds(lambda: b.copy_(a), device)
    multiplied = _seconds(lambda: square @ square, device)
    return 2 * COPY_BYTES / copied, 2 * PRODUCT**3 / multiplied


def _seconds(work: Any, device: torch.device) -> float:
    """The least of some runs."""
    found = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        if device.type == "cuda":
            torch.cuda.synchronize()
        found.append(time.perf_counter() - start)
    return min(found)

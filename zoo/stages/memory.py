"""The most memory that this process has held: on its GPU where it uses one, else of the machine."""

import sys
from pathlib import Path

import torch

STATUS = Path("/proc/self/status")


def peak_mb() -> float:
    """Peak in MB (10^6 bytes): what PyTorch held of the GPU, or the resident memory of the process.

    The resident peak is read from /proc where there is one, since `ru_maxrss` begins with the size of the parent.
    """
    if torch.cuda.is_available() and (held := torch.cuda.max_memory_allocated()):
        return held / 1e6
    try:
        told = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(told.split()[1]) * 1_024 / 1e6
    except (OSError, StopIteration):
        import resource  # there is none on Windows

        unit_bytes = 1 if sys.platform == "darwin" else 1_024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit_bytes / 1e6

"""Whether weights fit into the memory that is free, said before they are read."""

from pathlib import Path

from zoo.core.errors import ZooError

GB = 1e9
# What a container may hold and holds, where it has a limit: version 2 of Linux's control groups, then version 1.
LIMITS = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
)


def free_bytes() -> int:
    """Memory of this machine, or of this container, that is free for use."""
    import psutil

    free = psutil.virtual_memory().available
    for limit, used in LIMITS:
        try:
            free = min(free, int(Path(limit).read_text()) - int(Path(used).read_text()))
        except (OSError, ValueError):  # no such group, or no limit ("max")
            continue
    return max(0, free)


def free_gpu_bytes() -> int:
    """Memory that is free on the present GPU."""
    import torch

    return int(torch.cuda.mem_get_info()[0])


def need(wanted_bytes: float, what: str, ways_out: str, gpu: bool = False) -> None:
    """Refuse what does not fit.

    Args:
        wanted_bytes: how much memory it takes at least.
        what: the sentence's beginning, such as "the backbone's 7,616 M parameters in float32".
        ways_out: the sentence's end: what takes less.
        gpu: whether the present GPU must hold it, and not the machine.

    Raises:
        ZooError: less is free.
    """
    free = free_gpu_bytes() if gpu else free_bytes()
    if wanted_bytes > free:
        where = "of the GPU" if gpu else "of memory"
        raise ZooError(f"{what} need {wanted_bytes / GB:.1f} GB {where} and {free / GB:.1f} GB are free; {ways_out}")

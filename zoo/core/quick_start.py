"""A quick start for a command that loads a model, answers and ends.

Of the four seconds that `explain` took from a cold start, one and a half went into what only training across machines,
compilation and object detection need, and into a garbage collector that walks every module object again and again
(docs/performance.md). Nothing here changes what a model computes.
"""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any, NoReturn

COMPILER = "torch._dynamo"
MARKS = ("allow_in_graph", "assume_constant_result", "disable")  # decorators that tell the compiler something
# What `transformers` asks while it is imported; each yes costs 0.1 to 0.5 s and is of no use to an answer.
NOT_NEEDED = ("is_torch_distributed_available", "is_scipy_available", "is_torch_flex_attn_available")


@contextmanager
def quick_start() -> Iterator[None]:
    """Import and load inside, in a process that does not train.

    Where `transformers` is imported already, only the collector rests. What was put off is loaded on first use.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        if "transformers" in sys.modules or COMPILER in sys.modules:
            yield
        else:
            with _without_compiler(), _without_what_is_not_needed():
                yield
    finally:
        gc.freeze()  # what is loaded stays, so no collection has to look at it
        if collecting:
            gc.enable()


def leave(code: int) -> NoReturn:
    """End the process now: taking a loaded PyTorch apart, object by object, takes 0.2 s of the person's time."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


class _Later(ModuleType):
    """Stands where the compiler is imported; whoever uses a name of it gets the real one."""

    __path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # questions of the import system and of `inspect`
            raise AttributeError(name)
        return getattr(_real(), name)


class _Compiler(_Later):
    """The package: what marks a function for the compiler marks nothing until there is one."""

    def __getattr__(self, name: str) -> Any:
        return _as_it_is if name in MARKS else super().__getattr__(name)


class _TransformGetItemToIndex:
    """A context manager of the compiler's that masks are built in when they are vmapped; here, the real one later."""

    def __enter__(self) -> Any:
        self.real = import_module(TRACING).TransformGetItemToIndex()
        return self.real.__enter__()

    def __exit__(self, *error: Any) -> Any:
        return self.real.__exit__(*error)


TRACING = f"{COMPILER}._trace_wrapped_higher_order_op"


def _real() -> ModuleType:
    """The compiler itself, in place of what stood for it."""
    _take_away()
    return import_module(COMPILER)


def _take_away() -> None:
    for name in (TRACING, COMPILER):
        if isinstance(sys.modules.get(name), _Later):
            del sys.modules[name]
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(vars(torch).get("_dynamo"), _Later):
        del torch._dynamo


@contextmanager
def _without_compiler() -> Iterator[None]:
    """Nothing imports PyTorch's compiler: it takes as long to import as a small model takes to answer."""
    import torch

    tracing = _Later(TRACING)
    tracing.TransformGetItemToIndex = _TransformGetItemToIndex  # type: ignore[attr-defined]
    disable = torch.compiler.disable
    sys.modules[COMPILER], sys.modules[TRACING] = _Compiler(COMPILER), tracing
    torch._dynamo = sys.modules[COMPILER]
    torch.compiler.disable = _as_it_is  # type: ignore[assignment]
    try:
        yield
    finally:
        torch.compiler.disable = disable
        _take_away()


def _as_it_is(function: Any = None, *_: Any, **__: Any) -> Any:
    """In place of `torch.compiler.disable`, with arguments or without."""
    return function if function is not None else _as_it_is


@contextmanager
def _without_what_is_not_needed() -> Iterator[None]:
    """`transformers` believes that packages it would import for nothing are not there."""
    rooms = [import_module(name) for name in ("transformers.utils", "transformers.utils.import_utils")]
    before = [(room, name, getattr(room, name)) for room in rooms for name in NOT_NEEDED if hasattr(room, name)]
    for room, name, _ in before:
        setattr(room, name, lambda: False)
    try:
        yield
    finally:
        for room, name, asked in before:
            setattr(room, name, asked)

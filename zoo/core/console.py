"""What every verb does around its work: messages to standard error, errors in one sentence, JSON on request."""

import json
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, redirect_stdout
from typing import Any

from zoo.core.errors import ZooError


def message(text: str) -> None:
    """Say something to the person at the terminal, on standard error."""
    print(text, file=sys.stderr, flush=True)


def run_verb(main: Callable[[], Any]) -> int:
    """Run a verb. A `ZooError` becomes its message and exit code 2; with `--json` the result is the last line.

    With `--json` whatever else is printed, progress bars of libraries included, goes to standard error.
    """
    as_json = "--json" in sys.argv[1:]
    try:
        with redirect_stdout(sys.stderr) if as_json else nullcontext():
            result = main()
    except ZooError as error:
        message(str(error))
        return 2
    except KeyboardInterrupt:
        message("stopped")
        return 130
    if as_json:
        print(json.dumps(plain(result), ensure_ascii=False), flush=True)
    return 0


@contextmanager
def counting(doing: str) -> Iterator[Callable[[int, int | None], None]]:
    """A bar with the time left on standard error, to be told (done, of how many)."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = TextColumn(doing), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(doing, total=None)
        yield lambda done, todo: bar.update(task, completed=done, total=todo)


def plain(value: Any) -> Any:
    """A result as JSON knows it: NaN, which JSON does not know, becomes null."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)

"""A file that is written whole or not at all, even where several processes make the same one at once."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import gethostname


@contextmanager
def draft_of(path: Path) -> Iterator[Path]:
    """A file beside `path` to write, of this process alone; at the end it takes the place of `path`.

    Ranks, and runs that share a cache, may make the same file: the last to finish wins, and the others' bytes are the
    same. After an error `path` is as it was and the draft is gone.
    """
    draft = path.with_name(f"{path.name}.{gethostname()}.{os.getpid()}.half")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)

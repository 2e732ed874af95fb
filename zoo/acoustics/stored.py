"""Thresholds kept in a file: those of a corpus that ships with the package, or of an earlier annotation.

Those that ship were made by `python -m zoo.annotate CORPUS.jsonl out.jsonl` over all of RAVDESS (S. Livingstone & F.
Russo, 2018) and EmoDB (F. Burkhardt et al., 2005); a corpus is added by putting its `out.thresholds.json` beside them.
"""

import json
from pathlib import Path

from zoo.acoustics.levels import Thresholds
from zoo.core.errors import ZooError, did_you_mean

SHIPPED = Path(__file__).with_name("thresholds")


def shipped() -> tuple[str, ...]:
    """The names of the corpora whose thresholds come with the package."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.json")))


def stored_thresholds(name: str | Path) -> dict[str, Thresholds]:
    """The thresholds by corpus that a file holds, or that ship under a name.

    A file is what `zoo.annotate` writes beside its output, a checkpoint's `knowledge.json`, or the thresholds of one
    corpus alone, which then stand under the file's stem.

    Raises:
        ZooError: if there is neither such a file nor such a name, or the file holds no thresholds.
    """
    named = SHIPPED / f"{name}.json"
    path = named if str(name) in shipped() else Path(name)
    if not path.is_file():
        raise ZooError(
            f'there are no thresholds "{name}": it is neither a file nor a corpus that comes with the zoo'
            f"{did_you_mean(str(name), shipped())}"
        )
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise ZooError(f"{path} holds no thresholds ({error}); give a file that zoo.annotate wrote") from None
    if not isinstance(row, dict):
        raise ZooError(f"{path} holds no thresholds; give a file that zoo.annotate wrote")
    corpora = row.get("corpora", row.get("thresholds"))
    if not isinstance(corpora, dict):
        return {path.stem: Thresholds.from_dict(row)}
    return {corpus: Thresholds.from_dict(one) for corpus, one in corpora.items()}

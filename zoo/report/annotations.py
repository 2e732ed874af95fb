"""The files of one annotation: rows and errors in one pass, each in one step at its end; traces where asked for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from zoo.core.errors import ZooError
from zoo.core.lines import dumps, replaced
from zoo.data.journal import Journal, beside
from zoo.data.labelling import Annotated, Refused, annotated
from zoo.data.references import Levels
from zoo.report.tally import Tally
from zoo.text.api_writer import dry_run, reasons
from zoo.text.collect import Counts
from zoo.text.endpoint import Endpoint
from zoo.text.reasoning import read_rows, reason_offline, with_answers


def write_annotations(manifest: Path, out: Path, journal: Journal, levels: Levels, offline: bool) -> Tally:
    """Write `out` and its errors, with traces by rule if `offline`.

    Raises:
        ZooError: if no row could be annotated; `out` is then left as it was.
    """
    tally, errors = Tally(), beside(out, "errors.jsonl")
    with replaced(out) as rows:
        with replaced(errors) as bad:
            for one in annotated(manifest, journal, levels, out):
                if isinstance(one, Annotated) and offline:
                    _reason(one, tally)
                tally.add(one)
                if isinstance(one, Annotated):
                    rows.write(dumps(one.fields) + "\n")
                for line in _errors(one):
                    bad.write(dumps(line) + "\n")
        if not tally.annotated:
            raise ZooError(f"no row of {manifest} could be annotated; {errors} says why")
    return tally


def write_answers(out: Path, endpoint: Endpoint, progress: Callable[[Counts], None]) -> Counts:
    """Ask an API for the traces that `out.reasons.jsonl` does not hold yet, and put all of them into `out`.

    Raises:
        ZooError: as `zoo.text.api_writer.reasons`; what has been answered by then is in `out.reasons.jsonl`.
    """
    store = beside(out, "reasons.jsonl")
    counts = reasons(read_rows(out), store, endpoint, progress=progress)
    with replaced(out) as file:
        for row in with_answers(out, store):
            file.write(dumps(row) + "\n")
    return counts


def write_prompts(out: Path) -> Path:
    """Write what `write_answers` would ask, and ask nothing; the file."""
    prompts = beside(out, "prompts.jsonl")
    with replaced(prompts) as file:
        for line in dry_run(read_rows(out)):
            file.write(dumps(line) + "\n")
    return prompts


def _reason(one: Annotated, tally: Tally) -> None:
    text, why_not = reason_offline(one.fields, f"{one.row.dataset}/{one.row.fields['audio_path']}")
    if text is None:
        tally.no_trace[str(why_not)] += 1
    else:
        one.fields["reasoning"] = text
        tally.traces += 1


def _errors(one: Annotated | Refused) -> list[dict[str, Any]]:
    """The lines for `out.errors.jsonl`: why there is no row, or what to doubt of one."""
    if isinstance(one, Refused):
        return [{"line": one.number, "audio_path": one.audio_path, "annotated": False, "reason": one.reason}]
    where = {"line": one.row.number, "audio_path": one.row.fields["audio_path"], "annotated": True}
    return [{**where, "reason": doubt} for doubt in one.doubts]

"""The report of an annotation: one HTML file that needs nothing else, and the thresholds as a file beside it."""

import json
from pathlib import Path

from zoo.core.lines import replaced
from zoo.data.annotating import made_by
from zoo.data.journal import beside
from zoo.data.labelling import Levels
from zoo.report.tally import Tally


def write_report(out: Path, name: str, levels: Levels, tally: Tally, tracker: str) -> dict[str, str]:
    """Write `out.thresholds.json` and `out.report.html`; where they, and the errors, are."""
    thresholds, page = beside(out, "thresholds.json"), beside(out, "report.html")
    with replaced(thresholds) as file:
        file.write(json.dumps({"made_by": made_by(tracker), **levels.to_dict()}, indent=1, ensure_ascii=False) + "\n")
    return {"thresholds": str(thresholds), "errors": str(beside(out, "errors.jsonl")), "report": str(page)}

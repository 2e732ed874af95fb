"""Have people mark answers, blind: `python -m zoo.sheet write A.json B.json FOLDER`, files of `zoo.evaluate --save`.

`write` puts the answers of all these systems to the same utterances on a page with players and on a CSV sheet, in an
order that tells no system, some of them twice; who is who is in FOLDER/key.json, which raters do not get.
`read FOLDER anna.csv ben.csv` gives the marks by system, their differences, and how far raters agree.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from zoo.core.console import message, run_verb
from zoo.core.errors import ZooError

KEY, TABLE, PAGE = "key.json", "sheet.csv", "sheet.html"


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Write a sheet, or read filled ones."""
    options = parse(arguments)
    return write(options) if options.what == "write" else read(options.folder, options.sheets)


def write(options: argparse.Namespace) -> dict[str, Any]:
    """Draw the items, and write page, sheet and key into a new folder."""
    from zoo.core.new_folder import new_folder
    from zoo.report.sheet import draw, key, read_systems
    from zoo.report.sheet_page import page, table

    if options.utterances < 1 or not 0 <= options.repeats <= 1:
        raise ZooError("--utterances is a number from 1 on and --repeats a share from 0 to 1; give such")
    sheet = draw(read_systems(options.evaluations), options.utterances, options.repeats, options.seed)
    with new_folder(options.folder) as folder:
        for name, text in ((PAGE, page(sheet)), (TABLE, table(sheet)), (KEY, key(sheet))):
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    repeats = sum(one.repeats is not None for one in sheet.items)
    utterances = len({one.utterance for one in sheet.items})
    message(f"{len(sheet.items)} items: {utterances} utterances by {len(options.evaluations)}, {repeats} shown twice")
    message(f"raters get {options.folder / PAGE} (and {TABLE}, to fill in a spreadsheet); never {KEY}")
    found = {"items": len(sheet.items), "utterances": utterances, "repeats": repeats, "name": sheet.name}
    return {**found, "folder": str(options.folder)}


def read(folder: Path, sheets: list[Path]) -> dict[str, Any]:
    """Read filled sheets back, print their figures and return them."""
    from zoo.report.people import people
    from zoo.report.people_table import show_people
    from zoo.report.ratings import read_ratings
    from zoo.report.sheet import read_key

    sheet = read_key(folder / KEY)
    ratings = read_ratings(sheet, sheets)
    if not any(rated.marks for rows in ratings.values() for rated in rows.values()):
        raise ZooError("nobody marked anything on these sheets; give them when they are filled")
    figures = people(sheet, ratings)
    show_people(figures)
    return figures


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m zoo.sheet", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(dest="what", required=True)
    new = verbs.add_parser("write", help="put answers on a blind sheet")
    new.add_argument("evaluations", nargs="+", type=Path, metavar="FILE", help="of a system each, on the same split")
    new.add_argument("folder", type=Path, metavar="FOLDER", help="where the sheet goes; not there yet")
    new.add_argument("--utterances", type=int, default=24, metavar="N", help="over all emotions and speakers; 24")
    new.add_argument("--repeats", type=float, default=0.1, metavar="SHARE", help="of the items, shown twice; 0.1")
    new.add_argument("--seed", type=int, default=17, metavar="S", help="of choice and order; 17")
    filled = verbs.add_parser("read", help="read filled sheets back")
    filled.add_argument("folder", type=Path, metavar="FOLDER", help="that write made")
    filled.add_argument("sheets", nargs="+", type=Path, metavar="RATER.csv", help="a file for each rater")
    for verb in (new, filled):
        verb.add_argument("--json", action="store_true", help="end standard output with one JSON object")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(run_verb(main))

"""Compare recipes and checkpoints: `python -m zoo.compare A.yaml B.yaml CKPT --on CORPUS [section.key=value ...]`.

Recipes are trained, then evaluated; checkpoints are evaluated. All on the same held-out split, with the same seeds,
each in a process of its own. Overrides hold for every recipe, `data.key=value` also for the corpus that is tested on.
What is done stays in runs/compare/NAME/, and the same command goes on from there, as does one with further members,
seeds or judges. In the end table.md, comparison.json and comparison.html lie there.
"""

import argparse
import json
import shlex
import sys
from pathlib import Path
from typing import Any

from zoo.core.console import run_verb
from zoo.core.errors import ZooError
from zoo.core.lines import replaced

FOLDER = Path("runs/compare")
LONGEST = 60  # letters of a folder's name, before the split and the digest


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Check, run what is not finished, write table and page; return what `--json` prints."""
    options = parse(arguments)
    from zoo.stages.member_runs import open_folder, run_members
    from zoo.stages.members import compare

    members = [text for text in options.members if "=" not in text]
    overrides = [text for text in options.members if "=" in text]
    comparison = compare(members, options.on, overrides, options.seeds, options.judge)
    said = "-vs-".join(dict.fromkeys(member.of for member in comparison.members))[:LONGEST]
    folder = FOLDER / (options.name or f"{said}.{options.on}.{comparison.digest}")
    open_folder(folder, comparison)
    try:
        results = run_members(folder, comparison)
    except KeyboardInterrupt:
        raise ZooError(f"stopped; the same command goes on from {folder}") from None
    return report(folder, comparison, results, command(options))


def report(folder: Path, comparison: Any, results: list[dict[str, Any]], typed: str) -> dict[str, Any]:
    """Print the table, and write it beside the members as Markdown, JSON and a page."""
    from zoo.report.comparison import compared, markdown, notes, show
    from zoo.report.comparison_page import page

    lines = compared(list(zip(comparison.members, results, strict=True)))
    said = notes(lines, comparison.split, results)
    found = {
        "split": comparison.split,
        "n": len(results[0]["rows"]),
        "notes": said,
        "members": [line.to_dict() for line in lines],
        "command": typed,
    }
    texts = {
        "table.md": markdown(lines, said),
        "comparison.json": json.dumps(found, indent=1, ensure_ascii=False) + "\n",
        "comparison.html": page(f"Compared on {comparison.split}", lines, said, typed, results),
    }
    for name, text in texts.items():
        with replaced(folder / name) as file:
            file.write(text)
    show(lines, [*said, f"page: {folder / 'comparison.html'}"])
    return {**found, "folder": str(folder), "page": str(folder / "comparison.html")}


def command(options: argparse.Namespace) -> str:
    """The command that gives this comparison again."""
    seeds = ["--seeds", *map(str, options.seeds)] if options.seeds else []
    name = ["--name", options.name] if options.name else []
    judges = [word for judge in options.judge for word in ("--judge", judge)]
    return shlex.join(["python", "-m", "zoo.compare", *options.members, "--on", options.on, *seeds, *judges, *name])


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m zoo.compare", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "members", nargs="+", metavar="MEMBER", help="recipes (.yaml), checkpoints, and section.key=value for all"
    )
    parser.add_argument(
        "--on", required=True, metavar="CORPUS", help="the corpus whose held-out speakers all are asked"
    )
    parser.add_argument(
        "--seeds", nargs="+", default=[], metavar="N", help="train each recipe with each; else the first's"
    )
    parser.add_argument(
        "--judge", action="append", default=[], metavar="CKPT", help="marks all reasoning and trained none of them"
    )
    parser.add_argument("--name", help="of the folder in runs/compare/; made of the members' names if left out")
    parser.add_argument("--json", action="store_true", help="end standard output with one JSON object")
    options = parser.parse_intermixed_args(arguments)
    numbers = [text for text in options.seeds if text.isdecimal()]
    options.members += [text for text in options.seeds if not text.isdecimal()]  # `--seeds 17 18 data.root=...`
    options.seeds = list(dict.fromkeys(int(text) for text in numbers))
    if options.name and Path(options.name).name != options.name:
        raise ZooError(f"--name {options.name} is no folder's name; give one without slashes")
    return options


if __name__ == "__main__":
    sys.exit(run_verb(main))

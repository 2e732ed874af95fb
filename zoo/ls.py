"""What the zoo has: `python -m zoo.ls [encoders|backbones|...|recipes|checkpoints] [NAME]`."""

import argparse
import sys
from pathlib import Path
from typing import Any

import yaml

from zoo.core import registry as registries
from zoo.core.console import run_verb
from zoo.core.errors import ZooError, did_you_mean
from zoo.core.hub import is_here
from zoo.core.places import PROJECT
from zoo.core.registry import Entry, Registry
from zoo.core.signatures import COMPUTED, REQUIRED, Option

KINDS: dict[str, Registry] = {name: r for name, r in vars(registries).items() if isinstance(r, Registry)}


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """List everything, one kind, or one part with its options."""
    options = parse(arguments)
    shelves = {kind: _shelf(kind) for kind in (*KINDS, "recipes", "checkpoints") if options.kind in (None, kind)}
    if not shelves:
        raise ZooError(
            f'there is no kind "{options.kind}"{did_you_mean(options.kind, (*KINDS, "recipes", "checkpoints"))}'
        )
    if options.name is not None:
        if options.kind not in KINDS:
            raise ZooError("only a part has options; open a recipe or a checkpoint's card.yaml in an editor")
        entry = KINDS[options.kind].entry(options.name)
        if not options.json:
            _show(entry)
        return _plain(entry)
    if not options.json:
        for kind, rows in shelves.items():
            print(kind)
            width = max((len(name) for name in rows), default=0)
            for name, about in rows.items():
                print(f"  {name:{width}}  {about}")
    return shelves


def _shelf(kind: str) -> dict[str, str]:
    """Names of one kind, with a line about each."""
    if kind == "recipes":
        files = [*_files("recipes/*.yaml"), *_files("recipes/*/*.yaml")]
        return {str(path).rpartition("recipes/")[2].removesuffix(".yaml"): _first_comment(path) for path in files}
    if kind == "checkpoints":
        return {path.parent.name: _card_line(path) for path in _files("checkpoints/*/card.yaml")}
    return {entry.name: _about(entry) for entry in KINDS[kind].entries.values()}


def _about(entry: Entry) -> str:
    size, rate_hz, window_s, hub = (entry.facts.get(key) for key in ("parameters", "frame_rate_hz", "window_s", "hub"))
    speakers, utterances = (entry.facts.get(key) for key in ("speakers", "utterances"))
    words = entry.facts.get("emotions") or ()
    facts = [
        f"{size / 1e6:,.0f} M parameters" if size else "",
        f"{rate_hz:g} frames/s" + (f" in windows of {window_s:g} s" if window_s else "") if rate_hz else "",
        f"{len(words)} classes: {', '.join(words)}" if words else "",
        f"{speakers:,} speakers" if speakers else "",
        f"{utterances:,} utterances" if utterances else "",
        str(entry.facts.get("licence", "")),
        str(entry.facts.get("link", "")),
        f"{hub}, {'on this machine' if is_here(hub) else 'not fetched yet'}" if hub else "",
    ]
    return "; ".join([entry.about.rstrip("."), *(fact for fact in facts if fact)])


def _files(pattern: str) -> list[Path]:
    found = {path.resolve(): path for root in (PROJECT, Path()) for path in root.glob(pattern)}
    return sorted(found.values())


def _first_comment(path: Path) -> str:
    return path.read_text(encoding="utf-8").split("\n")[0].lstrip("# ")


def _card_line(path: Path) -> str:
    card = yaml.safe_load(path.read_text(encoding="utf-8"))
    after = (card.get("held_out") or {}).get("after") or {}
    figure = f"accuracy {after['accuracy']:.1%} on {after['n']} held-out utterances" if "accuracy" in after else ""
    return f"{card.get('stage')}, {card.get('split')}; {figure}; {card.get('data_licence')}"


def _show(entry: Entry) -> None:
    print(f"{entry.name}: {entry.about}")
    for name, fact in entry.facts.items():
        print(f"  {name}: {fact}")
    if "hub" in entry.facts:
        print(f"  weights: {'on this machine' if is_here(entry.facts['hub']) else 'not fetched yet'}")
    print("options a recipe may set:" if entry.options else "no options")
    for name, option in entry.options.items():
        print(f"  {name}: {option.annotation} = {_default(option)}")


def _default(option: Option) -> str:
    if option.default is REQUIRED:
        return "needed"
    return "computed" if option.default is COMPUTED else repr(option.default)


def _plain(entry: Entry) -> dict[str, Any]:
    options = {name: {"type": o.annotation, "default": _default(o)} for name, o in entry.options.items()}
    return {"name": entry.name, "about": entry.about, "facts": entry.facts, "options": options}


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m zoo.ls", description=__doc__)
    parser.add_argument("kind", nargs="?", help=f"one of: {', '.join((*KINDS, 'recipes', 'checkpoints'))}")
    parser.add_argument("name", nargs="?", help="a part, to see its options")
    parser.add_argument("--json", action="store_true", help="end standard output with one JSON object")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(run_verb(main))

"""Mark traces: `python -m zoo.mark in.jsonl out.jsonl --by MODEL` has an LLM give each the four marks of a judge.

`--by rules` holds their claims against the measured cues instead; with `--damaged 8` it writes eight traces about each
utterance, damages them in ways that it notes, and marks those.

`in.jsonl` holds annotated utterances with a trace: `response`, or `reasoning` and `emotion` as `zoo.annotate --reason`
writes them. `out.jsonl` is appended to, so the same command goes on after a kill; what fails is kept with its reason in
`out.errors.jsonl` and tried again by the next run. The key is read from OPENAI_API_KEY.
"""

import argparse
import sys
from itertools import islice
from pathlib import Path
from typing import Any

from zoo.core.console import counting, message, run_verb
from zoo.core.errors import ZooError

RULES = "rules"
SHOWN = 3  # prompts that --dry-run prints


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Mark what the output does not hold yet; with `--dry-run`, show what would be asked."""
    options = parse(arguments)
    from zoo.data.rows import find_manifest

    source, out = find_manifest(options.input), Path(options.output)
    _refuse(source, out)
    if options.by == RULES:
        return _by_rule(source, out, options)
    if options.damaged:
        raise ZooError("--damaged goes with --by rules; an LLM then marks the file that it gives")
    return _dry_run(source, out, options.by) if options.dry_run else _mark(source, out, options)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m zoo.mark", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("input", help="annotated utterances with traces, a JSON object a line")
    parser.add_argument("output", help="where the marked traces go, a JSON object a line")
    parser.add_argument("--by", metavar="MODEL", required=True, help="whom to ask, such as gpt-4o; or: rules")
    parser.add_argument("--damaged", type=int, default=0, metavar="N", help="by rules: N traces about each utterance")
    parser.add_argument("--seed", type=int, default=17, metavar="N", help="of those; 17")
    parser.add_argument("--base-url", help="of an OpenAI-compatible endpoint; OPENAI_BASE_URL, else OpenAI's own")
    parser.add_argument("--in-flight", type=int, default=8, metavar="N", help="questions at a time; 8")
    parser.add_argument("--timeout", type=float, default=60.0, metavar="S", help="seconds that an answer may take; 60")
    parser.add_argument("--dry-run", action="store_true", help="print the first prompts and the count, ask nothing")
    parser.add_argument("--json", action="store_true", help="end standard output with one JSON object")
    return parser.parse_args(arguments)


def _refuse(source: Path, out: Path) -> None:
    """Say what cannot work before anything is asked."""
    from zoo.report.marks import errors_of

    if source in (out.resolve(), errors_of(out).resolve()):
        raise ZooError(f"{source} would be written while it is read; give another file for the marks")
    if out.is_dir() or not out.resolve().parent.is_dir():
        raise ZooError(f"{out} is a folder, or in none; give a file in a folder that is there")


def _dry_run(source: Path, out: Path, by: str) -> dict[str, Any]:
    from zoo.report.marks import prompt, to_mark

    questions = [job for job in to_mark(source, out, by) if "reason" not in job]
    for job in islice(questions, SHOWN):
        print(f"--- {job['audio_path']}")
        for turn in prompt(job):
            print(f"{turn['role']}: {turn['content']}\n")
    message(f"{len(questions)} questions to {by}, and as many again at most where an answer cannot be read")
    return {"questions": len(questions)}


def _mark(source: Path, out: Path, options: argparse.Namespace) -> dict[str, Any]:
    from zoo.report.marks import errors_of, to_mark, write_marks
    from zoo.text.api_marker import mark
    from zoo.text.endpoint import Client, Endpoint

    with Client(Endpoint(options.by, options.base_url, options.timeout)) as client, counting("marking") as show:
        todo = sum(1 for _ in to_mark(source, out, options.by))
        counts = write_marks(
            source,
            out,
            options.by,
            lambda utterance, facts, trace: mark(client, facts, trace),
            options.in_flight,
            lambda c: show(c.done + c.failed, todo),
        )
    errors = errors_of(out)
    if not counts.done + counts.skipped:
        raise ZooError(f"no trace of {source} could be marked; {errors} says why")
    message(f"{counts.done} marked, {counts.skipped} kept, {counts.failed} failed: {out}, {errors}")
    kept = {"marked": counts.done, "kept": counts.skipped, "failed": counts.failed}
    return {**kept, "marks": str(out), "errors": str(errors)}


def _by_rule(source: Path, out: Path, options: argparse.Namespace) -> dict[str, Any]:
    from zoo.report.marks import errors_of
    from zoo.report.marks_by_rule import mark_by_rule

    if options.dry_run:
        raise ZooError("marking by rule asks nobody; leave out --dry-run")
    if options.damaged < 0:
        raise ZooError(f"--damaged is {options.damaged}; give how many traces to write about each utterance")
    with counting("marking") as show:
        counts = mark_by_rule(source, out, options.damaged, options.seed, lambda c: show(c.done + c.failed, None))
    if not counts.done:
        raise ZooError(f"no trace of {source} could be marked; {errors_of(out)} says why")
    message(f"{counts.done} marked, {counts.failed} failed: {out}, {errors_of(out)}")
    return {"marked": counts.done, "kept": 0, "failed": counts.failed, "marks": str(out), "errors": str(errors_of(out))}


if __name__ == "__main__":
    sys.exit(run_verb(main))

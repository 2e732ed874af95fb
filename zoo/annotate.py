"""Annotate recordings: `python -m zoo.annotate in.jsonl out.jsonl` measures, calibrates and labels their prosody.

`in.jsonl` holds a JSON object a line with `audio_path` (relative to it) and what else is known: transcription, emotion,
gender, speaker, dataset, language. Beside `out.jsonl` come `out.measures.jsonl` (the work done, from which the same
command goes on after a kill), `out.thresholds.json`, `out.errors.jsonl` (what failed, and what to doubt) and
`out.report.html`.
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoo.core.console import counting, message, run_verb
from zoo.core.errors import ZooError

if TYPE_CHECKING:
    from zoo.acoustics.way import Way
    from zoo.data.references import Levels


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Measure what is missing, then write the annotations; with `--shard`, only measure."""
    options = parse(arguments)
    from zoo.data.annotating import measure_missing, open_journal, parse_shard
    from zoo.data.rows import find_manifest

    manifest, out = find_manifest(options.input), Path(options.output)
    shard = parse_shard(options.shard) if options.shard else None
    levels = _levels(options)
    way = _way(options)
    _refuse(manifest, out, options)
    with open_journal(out, way, shard) as journal:
        with counting("measuring") as show:
            done = measure_missing(manifest, journal, options.workers, way, shard, lambda p: show(p.done, p.todo))
        if shard:
            message(f"shard {options.shard}: {done.done} measured, {done.failed} of them failed; {journal.own}")
            return {"measured": done.done, "failed": done.failed, "measures": str(journal.own)}
        from zoo.report.annotation_page import write_report
        from zoo.report.annotations import write_annotations

        levels.gather(manifest, journal)
        tally = write_annotations(manifest, out, journal, levels, options.reason == "offline")
    files = write_report(out, manifest.name, levels, tally, way)
    result = {"measured": done.done, **tally.to_dict(), "annotations": str(out), **files}
    _say(result)
    return {**result, **(_ask(out, options) if options.reason == "api" else {})}


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    from zoo.data.pool import cores

    parser = argparse.ArgumentParser(
        prog="python -m zoo.annotate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("input", help="a manifest: a JSON object a line, with audio_path")
    parser.add_argument("output", help="where the annotations go, a JSON object a line")
    parser.add_argument("--reason", choices=("offline", "api"), help="write the traces too: by rule, or by an LLM")
    parser.add_argument("--model", help="whom --reason api asks; the key is read from OPENAI_API_KEY")
    parser.add_argument("--base-url", help="of an OpenAI-compatible endpoint; OPENAI_BASE_URL, else OpenAI's own")
    parser.add_argument("--dry-run", action="store_true", help="with --reason api: write the questions, ask nothing")
    parser.add_argument("--thresholds", metavar="FILE|NAME", help="label by stored thresholds, such as ravdess")
    parser.add_argument("--by-speaker", action="store_true", help="label each clip by its speaker's other clips")
    parser.add_argument("--smallest-group", type=int, metavar="N", help="utterances that thresholds rest on; 30")
    parser.add_argument("--workers", type=int, default=cores(), help="processes; as many as there are cores")
    parser.add_argument("--shard", metavar="I/N", help="measure every N-th row from the I-th; a run without ends it")
    parser.add_argument("--tracker", default="swift-f0", help="of F0: python -m zoo.ls trackers")
    parser.add_argument("--speaker", default="f0-formants", help="who judges gender and age: python -m zoo.ls speakers")
    parser.add_argument("--speaker-weights", metavar="PATH", help="the weights of a --speaker that has some")
    parser.add_argument("--stress-weights", metavar="FOLDER", help="WhiStress says which words are stressed; English")
    parser.add_argument("--stress-backbone", metavar="PATH", help="the Whisper small.en that WhiStress needs")
    parser.add_argument("--json", action="store_true", help="end standard output with one JSON object")
    return parser.parse_args(arguments)


def _levels(options: argparse.Namespace) -> "Levels":
    from zoo.acoustics.calibration import SMALLEST_GROUP
    from zoo.acoustics.stored import stored_thresholds
    from zoo.data.references import Levels

    stored = stored_thresholds(options.thresholds) if options.thresholds else None
    return Levels(stored, options.by_speaker, options.smallest_group or SMALLEST_GROUP)


def _way(options: argparse.Namespace) -> "Way":
    """How to annotate; what is missing for it is said now, and once."""
    from zoo.acoustics.way import Way
    from zoo.core.registry import speakers, trackers

    way = Way(
        options.tracker, options.speaker, options.speaker_weights, options.stress_weights, options.stress_backbone
    )
    trackers.entry(way.tracker)
    if "weights" in speakers.entry(way.speaker).options:
        speakers.build(way.speaker, {"weights": way.speaker_weights})
    elif way.speaker_weights:
        raise ZooError(f"--speaker {way.speaker} has no weights; leave --speaker-weights out")
    if way.stress_weights:
        from zoo.acoustics.whistress import BACKBONE, WhiStress

        WhiStress(way.stress_weights, way.stress_backbone or BACKBONE)
    return way


def _refuse(manifest: Path, out: Path, options: argparse.Namespace) -> None:
    """Say what cannot work before anything is measured."""
    if options.workers < 1:
        raise ZooError(f"--workers is {options.workers}; give at least 1")
    if out.resolve() == manifest:
        raise ZooError(f"{out} is the manifest itself; give another file for the annotations")
    if out.is_dir() or not out.resolve().parent.is_dir():
        raise ZooError(f"{out} is a folder, or in none; give a file in a folder that is there")
    if options.reason == "api" and not (options.model or options.dry_run):
        raise ZooError("--reason api needs a model; give --model, such as --model gpt-4o, or --dry-run")


def _ask(out: Path, options: argparse.Namespace) -> dict[str, Any]:
    from zoo.report.annotations import write_answers, write_prompts
    from zoo.text.endpoint import Endpoint

    if options.dry_run:
        prompts = write_prompts(out)
        message(f"what would be asked: {prompts}")
        return {"prompts": str(prompts)}
    with counting("asking") as show:
        counts = write_answers(
            out, Endpoint(options.model, options.base_url), lambda c: show(c.done + c.failed + c.skipped, None)
        )
    message(f"traces: {counts.done} new, {counts.skipped} kept, {counts.failed} failed")
    return {"traces": counts.done + counts.skipped, "traces_failed": counts.failed}


def _say(result: dict[str, Any]) -> None:
    message(
        f"{result['annotated']} annotated ({result['measured']} measured now), {result['failed']} failed, "
        f"{result['doubtful']} doubts: {result['errors']}"
    )
    if result["traces"] or result["no_trace"]:
        without = ", ".join(f"{n} without ({why})" for why, n in result["no_trace"].items())
        message(f"{result['traces']} traces" + (f", {without}" if without else ""))
    message(f"annotations: {result['annotations']}\nreport: {result['report']}")


if __name__ == "__main__":
    sys.exit(run_verb(main))

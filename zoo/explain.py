"""Explain recordings: `python -m zoo.explain CKPT WAV...` prints the cues, the reasoning and the emotion of each."""

import argparse
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from rich.console import Console

from zoo.core.console import message, run_verb
from zoo.core.errors import ZooError
from zoo.core.quick_start import leave, quick_start

if TYPE_CHECKING:
    from zoo.models.explain import Explanation

MARKS = {True: ("green", "agrees with the signal"), False: ("red", "the signal says"), None: ("dim", "not measurable")}


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Explain each file; one that cannot be read is said and does not stop the others."""
    options = parse(arguments)
    # Only the command starts quickly: a program that calls this may train afterwards.
    with quick_start() if arguments is None else nullcontext():
        import zoo
        from zoo.models.explain import explain

        model = zoo.load(options.checkpoint, options.weights)
    if model.enrolment is not None and not options.speaker:
        message("note: this checkpoint hears a voice better beside other clips of it; give them with --speaker")
    found, failed = [], []
    for path in options.audio:
        try:
            explanation = explain(model, path, options.corpus, options.gender, options.speaker)
        except ZooError as error:
            message(str(error))
            failed.append(path)
            continue
        found.append(explanation.to_dict())
        if not options.json:
            show(explanation)
    if failed and not found:
        raise ZooError("no file could be explained")
    return {"files": found, "failed": failed}


def show(explanation: "Explanation") -> None:
    """Print one explanation for a person."""
    console = Console(highlight=False, emoji=False)
    measures = explanation.measures
    console.print(
        f"[bold]{explanation.audio}[/] [dim]by the options and levels of {explanation.corpus}[/]", soft_wrap=True
    )
    pitch = f"{measures.f0_median_hz:.0f} Hz" if measures.f0_median_hz is not None else "no pitch"
    energy = f"{measures.energy_dbfs:.0f} dBFS" if measures.energy_dbfs is not None else "no energy"
    levels = ", ".join(f"{cue} {level}" for cue, level in explanation.cues.levels().items())
    console.print(f"measured:  {levels} ({pitch}, {energy})", soft_wrap=True)
    if explanation.transcript is not None:
        console.print(f"words:     {explanation.transcript}", soft_wrap=True, markup=False)
    console.print(f"reasoning: {explanation.trace}", soft_wrap=True)
    for claim in explanation.claims:
        colour, words = MARKS[claim.supported]
        more = f" {claim.measured}" if claim.supported is False else ""
        console.print(f"           [{colour}]{claim.cue} {claim.claimed}: {words}{more}[/]")
    console.print(f"emotion:   [bold]{explanation.emotion or 'none: the answer has no form'}[/]\n")


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m zoo.explain", description=__doc__)
    parser.add_argument("checkpoint", help="a checkpoint's folder, or its name in checkpoints/")
    parser.add_argument("audio", nargs="+", help="audio files")
    parser.add_argument(
        "--corpus", help="judge by this corpus's options and thresholds; the checkpoint's first if left out"
    )
    parser.add_argument("--gender", choices=("female", "male"), help="judge pitch among voices of this gender")
    parser.add_argument(
        "--speaker",
        nargs="+",
        default=(),
        metavar="WAV",
        help="other clips of the voice, for an enrolled checkpoint",
    )
    parser.add_argument("--weights", help="a folder in place of the published weights that the checkpoint names")
    parser.add_argument("--json", action="store_true", help="end standard output with one JSON object")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    leave(run_verb(main))

"""The tables of `faithfulness`: grounding by cue, and what each edit did beside its controls."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from zoo.report.counterfactual import counterfactual
from zoo.report.grounding import VERDICTS, grounding
from zoo.stages.faithfulness import Traced

UNITS = {"pitch": "+{:g} st", "speed": "x{:g}", "energy": "{:+g} dB"}
CONTROLS = {"control": "vocoder", "sampling": "sampled"}


def faithfulness(rows: Sequence[Traced]) -> dict[str, Any]:
    """All figures, from what was answered."""
    return {"grounding": grounding(rows), "counterfactual": counterfactual(rows)}


def show_faithfulness(figures: dict[str, Any]) -> None:
    """Print the figures on standard error."""
    console = Console(stderr=True, highlight=False, emoji=False)
    found, edited = figures["grounding"], figures["counterfactual"]

    def say(text: str) -> None:
        console.print(text, soft_wrap=True)

    say(
        f"faithfulness, {figures['split']}, n = {figures['n']}, {figures['edited']} of them edited, seed "
        f"{figures['seed']}; {found['no_trace']} answers without a trace. Shares in %; in brackets: 95 %, bootstrap by "
        "speaker."
    )
    say("\nclaims, and what the signal says to them; named and right: of the audible cues, measured and not normal")
    console.print(_grounding(found))
    say("\nprecision, and that of the same claims beside every other recording, and beside those of the same emotion;")
    say(f"no audio: of what is said to {figures['without_audio']}")
    console.print(_shuffled(found))
    if not edited:
        say("no utterance could be edited")
        return
    say(
        "\nclaims about a cue that was raised: up and down of those that could move, and up of those whose measured "
        "level rose"
    )
    console.print(_edits(edited))
    say("\neverything else; to and from: answers that changed to, and from, an emotion that the raised cue fits")
    console.print(_rest(edited))
    say(
        f"A greedy answer is the same when asked again; sampling was at temperature {figures['temperature']:g}. "
        f"Answering took {figures['cost']['seconds']:.0f} s on {figures['cost']['device']}."
    )


def _grounding(found: dict[str, Any]) -> Table:
    table = _table("", "claims", "true/false/?", "precision", "commonest", "audible", "named", "right")
    for cue, row in [*found["by_cue"].items(), ("all", found["all"])]:
        verdicts = "/".join(str(row[name]) for name in VERDICTS)
        shares = [_percent(row[name], ends=False) for name in ("commonest", "mentioned", "told_right")]
        table.add_row(
            cue, str(row["claims"]), verdicts, _percent(row["precision"]), shares[0], str(row["audible"]), *shares[1:]
        )
    return table


def _shuffled(found: dict[str, Any]) -> Table:
    table = _table("", "precision", "other audio", "lost", "same emotion", "no audio")
    for cue, row in [*found["by_cue"].items(), ("all", found["all"])]:
        shares = {name: _percent(row[name]) for name in ("shuffled", "same_emotion", "silence")}
        table.add_row(
            cue,
            _percent(row["precision"], ends=False),
            shares["shuffled"],
            _points(row["lost"]),
            *list(shares.values())[1:],
        )
    return table


def _edits(found: dict[str, Any]) -> Table:
    table = _table("", "n", "could", "up", "down", "level rose", "top", "silent")
    for name, _, one in _lines(found):
        could = one["up"]["n"] if one["up"] else 0
        rose = _percent(one["up_where_it_rose"], ends=False)
        of = f" of {one['up_where_it_rose']['n']}" if one["up_where_it_rose"] else ""
        counts = [str(one["claims"][kind]) for kind in ("top", "silent")]
        table.add_row(name, str(one["n"]), str(could), _percent(one["up"]), _percent(one["down"]), rose + of, *counts)
    return table


def _rest(found: dict[str, Any]) -> Table:
    table = _table("", "others held", "emotion held", "to", "from", "no trace", "refused")
    for name, refused, one in _lines(found):
        went = [str(one["emotions"].get(way, 0)) for way in ("towards", "away")]
        shares = [_percent(one[kind]) for kind in ("others_held", "emotion_held")]
        table.add_row(name, *shares, *went, str(one["no_trace"]), refused)
    return table


def _lines(found: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each edit and, set in, its controls."""
    for cue, row in found.items():
        yield f"{cue} {UNITS.get(cue, 'moved').format(row['by'])}", str(row["refused"]), row["edit"]
        for kind, words in CONTROLS.items():
            yield f"  {words}", "", row[kind]


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 0, 0, 1))
    for column in columns:
        table.add_column(column, justify="right" if column else "left", no_wrap=True)
    return table


def _percent(figure: dict[str, Any] | None, ends: bool = True) -> str:
    return "-" if figure is None else f"{100 * figure['value']:.1f}{_ends(figure, '{:.0f}') if ends else ''}"


def _points(figure: dict[str, Any] | None) -> str:
    return "-" if figure is None else f"{100 * figure['value']:+.1f}{_ends(figure, '{:+.0f}')}"


def _ends(figure: dict[str, Any], form: str) -> str:
    if figure.get("low") is None:
        return ""
    return f" [{form.format(100 * figure['low'])}, {form.format(100 * figure['high'])}]"

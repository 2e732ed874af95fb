"""Faithfulness on the page: what the signal says to the claims, cue by cue, and what edits of the audio do to them."""

from collections.abc import Mapping
from html import escape
from typing import Any

from zoo.report.charts import legend, shares
from zoo.report.faithfulness import CONTROLS, UNITS
from zoo.report.grounding import VERDICTS
from zoo.report.groups import grouped, stick

CLASSES = dict(zip(VERDICTS, ("c2", "c6", "c5"), strict=True))
BESIDE = {  # the same claims, and what they are held against
    "precision": "its own audio",
    "same_emotion": "other audio of the same emotion",
    "shuffled": "all other audio",
    "silence": "said to silence",
}
NAMED = {"mentioned": "named", "told_right": "told right"}
EDITS = {
    "up": "Claims that moved up with the cue, of those that could",
    "down": "Claims that moved down, of those that could",
    "others_held": "Claims about other cues that stayed",
    "emotion_held": "Answers whose emotion stayed",
}


def faithfulness(figures: Mapping[str, Any]) -> str:
    """The sections; `figures` has those of `zoo.report.faithfulness`, and what was asked."""
    found = figures["grounding"]
    rows = {**found["by_cue"], "all cues": found["all"]}
    said = {cue: {name: row[name] for name in VERDICTS} for cue, row in rows.items()}
    verdicts = f"<p class=what>claims, and what the signal says to them, %</p>{legend(list(VERDICTS), CLASSES)}" + (
        shares(said, list(VERDICTS), CLASSES)
    )
    beside = grouped(
        "precision of the claims that can be checked, beside",
        {cue: [stick(row[key]) for key in BESIDE] for cue, row in rows.items()},
        list(BESIDE.values()),
    )
    named = grouped(
        "of the audible cues, measured and not normal",
        {cue: [stick(row[key]) for key in NAMED] for cue, row in rows.items()},
        list(NAMED.values()),
    )
    return (
        f"<h2>Grounding: is what it says true of the signal?</h2><p class=soft>{escape(_asked(figures))}</p>"
        f'<div class="two">{beside}<div class=stack><div class=card>{verdicts}</div>{named}</div></div>'
        f"<h2>Counterfactual: does it follow an edit of the audio?</h2>{_edits(figures)}"
    )


def _asked(figures: Mapping[str, Any]) -> str:
    return (
        f"{figures['n']} utterances, {figures['grounding']['no_trace']} of their answers without a trace. A claim that "
        f"is guessed is as true beside other audio; what is said to {figures['without_audio']} shows what can be known "
        "without hearing. Thin lines: 95 % intervals by a bootstrap over speakers."
    )


def _edits(figures: Mapping[str, Any]) -> str:
    """A card for each question, with the edit beside its controls."""
    edited = figures["counterfactual"]
    if not edited:
        return "<p class=soft>No utterance could be edited.</p>"
    kinds = {"edit": "edited", **CONTROLS}
    words = {cue: f"{cue} {UNITS.get(cue, 'moved').format(row['by'])}" for cue, row in edited.items()}
    cards = [
        grouped(
            title,
            {words[cue]: [stick(row[kind][key]) for kind in kinds] for cue, row in edited.items()},
            list(kinds.values()),
        )
        for key, title in EDITS.items()
    ]
    refused = sum(row["refused"] for row in edited.values())
    note = (
        f"{figures['edited']} utterances were edited, {refused} edits could not be made. Vocoder: the sound taken "
        "apart and put together unchanged. Sampled: one answer against another to the same sound, at temperature "
        f"{figures['temperature']:g}; what moves there is noise."
    )
    return f'<p class=soft>{escape(note)}</p><div class="two">{"".join(cards)}</div>'

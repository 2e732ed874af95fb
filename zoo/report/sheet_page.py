"""The page of a blind sheet: players, texts and marks, kept in the browser and saved as CSV; and that CSV, empty."""

import csv
import io
import json
from collections.abc import Iterator
from html import escape

from zoo.acoustics.wave import read_wave
from zoo.core.criteria import HIGHEST, LOWEST, NAMES
from zoo.report.clip import embedded
from zoo.report.document import document
from zoo.report.sheet import Item, Sheet
from zoo.text.marking import RUBRIC

EMOTION, COMMENT = "emotion", "comment"
COLUMNS = ("item", *NAMES.values(), EMOTION, COMMENT)
NONE = "none of these"  # beside a data set's own words
# What the criteria ask of somebody who hears the voice; the rubric's own words are for one who gets it measured.
ABOUT = {
    **{name: words[0] for name, words in RUBRIC.items()},
    "factual": "whether what it says of voice, words and speaker is true of what you hear",
    "completeness": "how many of the cues that you hear (pitch, loudness, speed, intonation, stress) it takes up, "
    "rightly or wrongly",
}
TASK = (
    "Each item is a recording and a text about it. Listen, choose the emotion that you hear, and the text appears; "
    "then mark the text. Some recordings come back with another text: mark each text by itself. A text may reason well "
    "and arrive at a wrong emotion. What you enter stays in this browser until you save it as a file."
)


def table(sheet: Sheet) -> str:
    """The empty sheet as CSV: a row an item."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows([one.item, *[""] * (len(COLUMNS) - 1)] for one in sheet.items)
    return text.getvalue()


def page(sheet: Sheet) -> str:
    """The sheet as one HTML file. What the key knows is not in it; a recording is in it once.

    Raises:
        ZooError: a recording cannot be read.
    """
    paths = {one.utterance: one.audio_path for one in reversed(sheet.items)}
    places = {utterance: place for place, utterance in enumerate(sorted(paths))}
    clips = json.dumps([embedded(read_wave(paths[utterance])) for utterance in places])
    cards = (_card(sheet, one, number, places[one.utterance]) for number, one in enumerate(sheet.items, 1))
    bar = (
        "<div class=done><label>Name <input id=rater maxlength=60 autocomplete=off></label>"
        "<output id=count></output><button id=save type=button>Save as CSV</button>"
        "<p id=fault class=soft role=status></p></div>"
    )
    body = (
        f"<h1>Mark what is said of these voices</h1><p>{TASK}</p>{''.join(_rubric())}{bar}"
        f"<main data-sheet={sheet.name} data-columns='{json.dumps(COLUMNS)}'>{''.join(cards)}</main>"
        f"<script type=application/json id=clips>{clips}</script>"
    )
    return document(f"Sheet {sheet.name}", body, own="sheet")


def _rubric() -> Iterator[str]:
    yield "<details class=rubric open><summary>What the marks mean; 2 and 4 lie between</summary><div>"
    for name, (_, worst, middle, best) in RUBRIC.items():
        said = "".join(
            f"<li><b>{mark}</b> {escape(words)}</li>" for mark, words in ((1, worst), (3, middle), (5, best))
        )
        yield f"<section class=card><h3>{_words(name)}</h3><p>{escape(ABOUT[name])}</p><ul>{said}</ul></section>"
    yield "</div></details>"


def _card(sheet: Sheet, one: Item, number: int, clip: int) -> str:
    options = "".join(f"<option>{escape(word)}</option>" for word in (*sheet.emotions[one.dataset], NONE))
    answer = f"<p>Its answer: <b>{escape(one.answer)}</b></p>" if one.answer else ""
    told = f"<p class=trace>{escape(one.text) or '(nothing)'}</p>{answer}"
    return (
        f"<article class=card data-item={one.item}>"
        f"<h3>{number} of {len(sheet.items)} <span class=soft>{one.item}</span></h3>"
        f"<audio controls data-clip={clip}></audio><label class=heard>Which emotion do you hear? "
        f"<select name={EMOTION}><option value=''>choose, then read</option>{options}</select></label>"
        f"<div class=told hidden>{told}{''.join(_marks(one, name) for name in NAMES)}"
        f"<label class=comment>Comment <input name={COMMENT} maxlength=1000 autocomplete=off></label></div></article>"
    )


def _marks(one: Item, name: str) -> str:
    marks = "".join(
        f"<label><input type=radio name={one.item}-{name} data-column={NAMES[name]} value={mark}>{mark}</label>"
        for mark in range(LOWEST, HIGHEST + 1)
    )
    return f"<fieldset><legend>{_words(name)}</legend>{marks}</fieldset>"


def _words(name: str) -> str:
    return NAMES[name].replace("_", " ").capitalize()

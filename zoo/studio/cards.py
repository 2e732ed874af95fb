"""What a visitor reads, as HTML: the picture of a recording, and an answer with its claims and its probabilities."""

from html import escape

from zoo.acoustics.edited import Changes
from zoo.acoustics.levels import pitch_hz
from zoo.report.told import coloured, held, listed
from zoo.report.voice import lanes, words_in_time
from zoo.studio.answering import Answer
from zoo.studio.hearing import Recording

UNHEARD = "no level"  # of a cue that was not measured, or for which the checkpoint keeps no thresholds


def picture(recording: Recording) -> str:
    """The recording over time, what was measured of it, and its words."""
    measures, cues = recording.measures, recording.cues
    rows = [
        _row("pitch", pitch_hz(measures), "Hz", cues.pitch, recording.edges["pitch"]),
        _row("energy", measures.energy_dbfs, "dBFS", cues.energy, recording.edges["energy"]),
        _row("speed", measures.articulation_rate_sps, "syllables/s", cues.speed, None),
        f"<li><b>intonation</b> {escape(cues.intonation or measures.contour_shape or UNHEARD)}</li>",
        f"<li><b>voice</b> {escape(recording.gender or 'not decided')}</li>",
    ]
    words = words_in_time(recording.words) if recording.words else ""
    if not recording.followed:
        words = "<p class=soft>These words cannot be followed in the recording: no word times and no stress.</p>"
    elif not recording.words:
        words = "<p class=soft>Write the words that are said, and their times and stress are shown.</p>"
    drawn = lanes(recording.wave, recording.track, recording.levels, recording.words, recording.edges)
    return f'<div class="card">{drawn}{words}<ul class="measured">{"".join(rows)}</ul></div>'


def card(title: str, answer: Answer, recording: Recording, note: str = "") -> str:
    """An answer so far: the emotion, the options' probabilities, and the trace with its claims coloured."""
    found = held(answer.think, recording.facts)
    if answer.done:
        emotion = escape(answer.emotion or "none: the answer has no form")
        under = f"{listed(found)}<p class=soft>answered in {answer.seconds:.1f} s</p>"
    else:
        emotion, under = "\u2026", "<p class=soft>still answering\u2026</p>"
    nothing = "it gave no reasons" if answer.done else "listening\u2026"
    said = coloured(answer.think, found) or f'<span class="soft">{nothing}</span>'
    extra = f"<p class=soft>{escape(note)}</p>" if note else ""
    return (
        f'<div class="card answer" data-done="{str(answer.done).lower()}"><h3>{escape(title)}</h3>{extra}'
        f'<p class="emotion">{emotion}</p>{_bars(answer)}<p class="trace">{said}</p>{under}</div>'
    )


def waiting(title: str) -> str:
    """A card for an answer that has not begun."""
    return f'<div class="card answer" data-done="false"><h3>{escape(title)}</h3><p class=soft>waiting\u2026</p></div>'


def refusal(words: str) -> str:
    """Why there is no answer, and the way out."""
    return f'<div class="card refusal" role="alert">{escape(words[:1].upper() + words[1:])}.</div>'


def changed(changes: Changes) -> str:
    """What an edit did, as measured again."""
    said = {
        "pitch": None if changes.pitch_st is None else f"{changes.pitch_st:+.1f} semitones",
        "speed": None if changes.tempo_ratio is None else f"x {changes.tempo_ratio:.2f}",
        "energy": None if changes.level_db is None else f"{changes.level_db:+.1f} dB",
    }
    return "measured again: " + ", ".join(f"{cue} {words or 'not measured'}" for cue, words in said.items())


def _row(cue: str, value: float | None, unit: str, level: str | None, edges: tuple[float, float] | None) -> str:
    number = "not measured" if value is None else f"{value:.3g} {unit}"
    between = f" (low below {edges[0]:.3g}, high above {edges[1]:.3g})" if edges else ""
    return f"<li><b>{cue}</b> {escape(level or UNHEARD)}: {number}{between}</li>"


def _bars(answer: Answer) -> str:
    """The options with their probabilities, the likeliest first."""
    rows = sorted(answer.probabilities.items(), key=lambda row: -row[1])
    bars = "".join(
        f'<tr class="{"given" if option == answer.emotion else ""}"><th>{escape(option)}</th>'
        f'<td class="bar"><i style="width:{100 * share:.1f}%"></i></td><td class="n">{share:.1%}</td></tr>'
        for option, share in rows
    )
    return f'<table class="options">{bars}</table>'

"""One recording to look at and listen to: a player with the audio in the page, and the voice drawn over time."""

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import soundfile

from zoo.acoustics.energy import Energy
from zoo.acoustics.measure import measure_parts
from zoo.acoustics.tracker import Track
from zoo.acoustics.wave import Wave, read_wave
from zoo.acoustics.wording import wording
from zoo.report.voice import lanes, words_in_time

LONGEST_S = 10.0  # that a page embeds of a recording: FLAC at 16 kHz, about 25 KB a second in HTML


@dataclass(frozen=True)
class Clip:
    """What a page shows of a recording; of a long one its first seconds."""

    wave: Wave
    track: Track
    levels: Energy
    words: tuple[Mapping[str, Any], ...]  # in time, with their stress; none where no aligner could follow them
    stressed: tuple[str, ...] | None  # of the whole recording; None: not measured
    whole_s: float


def clip(path: str | Path, transcription: str | None, language: str) -> Clip:
    """Read and measure a recording.

    Raises:
        ZooError: as `read_wave`.
    """
    wave = read_wave(path)
    _, track, levels = measure_parts(wave)
    found = wording(wave, transcription, language, track, levels) if transcription else {}
    stressed = found.get("stressed_words")
    return Clip(
        Wave(wave.samples[: round(LONGEST_S * wave.rate_hz)], wave.rate_hz),
        _track(track),
        _levels(levels),
        tuple(word for word in found.get("words") or () if word["end_s"] <= LONGEST_S),
        None if stressed is None else tuple(stressed),
        wave.duration_s,
    )


def shown(found: Clip) -> str:
    """The recording as HTML that plays without a network, and its drawing."""
    cut = f"<p class=soft>The first {LONGEST_S:.0f} of {found.whole_s:.1f} s.</p>" if found.whole_s > LONGEST_S else ""
    words = words_in_time(found.words) if found.words else "<p class=soft>Its words are not known in time.</p>"
    drawn = lanes(found.wave, found.track, found.levels, found.words)
    return f'<audio controls preload="metadata" src="{embedded(found.wave)}"></audio>{cut}{words}{drawn}'


def embedded(wave: Wave) -> str:
    """A recording as the address of a player that plays it without a network."""
    file = io.BytesIO()
    soundfile.write(file, wave.samples, wave.rate_hz, format="FLAC", subtype="PCM_16")
    return f"data:audio/flac;base64,{base64.b64encode(file.getvalue()).decode()}"


def _track(track: Track) -> Track:
    inside = track.times_s <= LONGEST_S
    return Track(track.times_s[inside], track.f0_hz[inside], track.hop_s)


def _levels(levels: Energy) -> Energy:
    inside = levels.times_s <= LONGEST_S
    columns = {name: getattr(levels, name)[inside] for name in ("times_s", "frames_dbfs", "speech")}
    return replace(levels, **columns)

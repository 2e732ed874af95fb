"""Which words are stressed in the utterances of a corpus that does not say so: aligned once, then from a cache."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track as shown

from zoo.core.lines import read_lines
from zoo.core.places import cache_folder
from zoo.data.journal import digest
from zoo.data.pool import Died, cores, work
from zoo.data.utterance import Utterance

POOL_FROM = 48  # files to align; fewer are done before worker processes would have started


def stressed(utterances: Sequence[Utterance], workers: int | None = None) -> list[Utterance]:
    """The same utterances, with stressed words in the cues of those that have words and cues but no stress yet.

    What no aligner trusts, and what cannot be read, stays without. Results are kept in the cache by the audio's
    content and its words, a line each as it is done, so that a killed run goes on.
    """
    from zoo.acoustics.annotation import VERSION

    cache = cache_folder("stress") / f"{VERSION}.jsonl"
    known = {row["key"]: row["stressed_words"] for _, row in read_lines(cache) if {"key", "stressed_words"} <= set(row)}
    jobs: dict[str, Job] = {}
    keys = [_key(u) for u in utterances]
    for key, utterance in zip(keys, utterances, strict=True):
        if key is not None and key not in known:
            jobs[key] = (key, _heard(utterance), str(utterance.transcription), utterance.language)
    results = work(_stress, jobs.values(), (workers or cores()) if len(jobs) >= POOL_FROM else 1)
    bar = Console(stderr=True)
    with cache.open("a", encoding="utf-8") as file:
        for (key, *_), words in shown(results, "aligning", len(jobs), console=bar, transient=True, disable=not jobs):
            known[key] = None if isinstance(words, Died) else words
            file.write(json.dumps({"key": key, "stressed_words": known[key]}) + "\n")
            file.flush()
    return [_with(u, known.get(key)) if key else u for key, u in zip(keys, utterances, strict=True)]


Job = tuple[str, Path, str, str]


def _key(utterance: Utterance) -> str | None:
    """What the stress of an utterance depends on; None where it is known, or cannot be."""
    if utterance.cues is None or utterance.cues.stressed_words is not None or not utterance.transcription:
        return None
    content = digest(_heard(utterance))
    said = json.dumps([content, utterance.transcription, utterance.language])
    return hashlib.sha256(said.encode()).hexdigest()[:32] if content else None


def _heard(utterance: Utterance) -> Path:
    """The recording that is aligned. Another speed of it multiplies all F0 and all durations alike: no word stands out
    more or less, so that further voices need no alignment of their own.
    """
    return utterance.source or utterance.audio_path


def _stress(job: Job) -> list[str] | None:
    """The stressed words; None where the words cannot be followed, whatever a library makes of a file."""
    from zoo.acoustics.measure import measure_parts
    from zoo.acoustics.wave import read_wave
    from zoo.acoustics.wording import wording

    _, path, transcription, language = job
    try:
        wave = read_wave(path)
        _, track, levels = measure_parts(wave)
        words = wording(wave, transcription, language, track, levels).get("stressed_words")
    except Exception:  # one file of thousands must not end the run, and the loader has named the unreadable ones
        return None
    return None if words is None else list(words)


def _with(utterance: Utterance, words: Any) -> Utterance:
    if words is None or utterance.cues is None:
        return utterance
    return replace(utterance, cues=replace(utterance.cues, stressed_words=tuple(words)))

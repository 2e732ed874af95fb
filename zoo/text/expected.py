"""How an emotion tends to sound: the cues that fit each of the nine, for whoever writes or judges an inference.

After Emofilt's rules (F. Burkhardt) and the reviews of Murray & Arnott 1993, Burkhardt & Sendlmeier 2000, Juslin &
Laukka 2003 and Scherer 2003, as gathered for the corpus prosodia. Tendencies of acted speech, not laws: several
emotions share cues, and a voice may well break them. A cue that is not listed says nothing for or against an emotion.
"""

EXPECTED: dict[str, dict[str, frozenset[str]]] = {
    emotion: {cue: frozenset(levels.split()) for cue, levels in row.items()}
    for emotion, row in {
        "neutral": {"pitch": "normal low", "energy": "normal", "speed": "normal", "intonation": "flat falling"},
        "happy": {"pitch": "high", "energy": "high", "speed": "fast", "intonation": "rising expressive"},
        "sad": {"pitch": "low normal", "energy": "low", "speed": "slow", "intonation": "flat falling"},
        "angry": {"pitch": "high", "energy": "high", "speed": "fast", "intonation": "falling expressive"},
        "contempt or disgust": {
            "pitch": "low normal",
            "energy": "low normal",
            "speed": "slow",
            "intonation": "falling rising-falling",
        },
        "confused": {
            "pitch": "normal high",
            "energy": "low normal",
            "speed": "slow",
            "intonation": "rising falling-rising",
        },
        "whisper": {"energy": "low", "speed": "slow normal"},  # a whisper has no F0: pitch and contour say nothing
        "surprise": {
            "pitch": "high",
            "energy": "high normal",
            "speed": "normal fast",
            "intonation": "rising-falling rising",
        },
        "fear": {"pitch": "high", "energy": "low", "speed": "fast", "intonation": "rising"},
    }.items()
}


def fits(nine: str | None, cue: str, level: str) -> bool | None:
    """Return whether a cue at this level fits one of the nine; None where the table says nothing."""
    levels = EXPECTED.get(nine or "", {}).get(cue)
    return None if levels is None else level in levels

"""Under which names the released annotations of EmotionCoT (arXiv 2601.15668) hold what they say of an utterance."""

from typing import Any

ALIASES: dict[str, tuple[str, ...]] = {  # of an utterance as such; the first name is the one written
    "audio_path": ("audio_path",),
    "transcription": ("transcription", "text", "transcript"),
    "emotion": ("emotion", "gt", "label", "groundtruth_emotion"),
    "gender": ("gender", "gender_new", "speaker_gender"),
    "speaker": ("speaker", "speaker_id"),
    "dataset": ("dataset",),
    "language": ("language",),
    "sentence": ("sentence",),
}
HEARD: dict[str, tuple[str, ...]] = {  # of its voice
    "pitch": ("pitch_level",),
    "energy": ("energy_level",),
    "speed": ("speed_level",),
    "intonation": ("intonation", "intonation_contour", "contour_shape"),
    "stressed_words": ("stressed_words", "stress", "stress_words"),
    "age": ("age_level", "age_group", "speaker_age"),
    "reasoning": ("reasoning", "caption"),
}
GENDERS = {"f": "female", "female": "female", "woman": "female", "m": "male", "male": "male", "man": "male"}


def field(row: dict[str, Any], name: str) -> Any:
    """Return a row's first value under any name of a field that is neither null nor blank; None if there is none."""
    for key in (*ALIASES.get(name, ()), *HEARD.get(name, ())):
        value = row.get(key)
        if value is not None and not (isinstance(value, str) and not value.strip()):
            return value.strip() if isinstance(value, str) else value
    return None

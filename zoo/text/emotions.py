"""Emotions: the nine of EmotionThinker (arXiv 2601.15668), how corpora's words map to them, and their word forms."""

NINE = ("neutral", "happy", "sad", "angry", "contempt or disgust", "confused", "whisper", "surprise", "fear")

# Each corpus's own words. None: the corpus has a class that the nine have no place for; it is never forced into one.
LABELS: dict[str, dict[str, str | None]] = {
    "prosodia": {word: word for word in NINE},
    "ravdess": {
        "neutral": "neutral",
        "calm": "neutral",
        "happy": "happy",
        "sad": "sad",
        "angry": "angry",
        "fearful": "fear",
        "disgusted": "contempt or disgust",
        "surprised": "surprise",
    },
    "emodb": {
        "angry": "angry",
        "bored": None,
        "neutral": "neutral",
        "happy": "happy",
        "fearful": "fear",
        "sad": "sad",
        "disgusted": "contempt or disgust",
    },
}

# Other forms of an emotion's word, by which a text may name it.
FORMS: dict[str, tuple[str, ...]] = {
    "neutral": ("neutrality",),
    "calm": ("calmness",),
    "happy": ("happiness", "joy", "joyful"),
    "sad": ("sadness",),
    "angry": ("anger",),
    "contempt or disgust": ("contempt", "disgust", "disgusted", "contemptuous"),
    "disgusted": ("disgust",),
    "confused": ("confusion",),
    "whisper": ("whispering", "whispered"),
    "surprise": ("surprised",),
    "surprised": ("surprise",),
    "fear": ("fearful", "afraid"),
    "fearful": ("fear", "afraid"),
    "bored": ("boredom",),
}


def to_nine(dataset: str, word: str) -> str | None:
    """Return which of the nine a corpus's word means; None for a word without a place and for an unknown corpus."""
    return LABELS.get(dataset, {}).get(normal(word))


def nine_of(word: str) -> str | None:
    """Return which of the nine a word means in any corpus that has it, where the corpus is not known."""
    return next((labels[normal(word)] for labels in LABELS.values() if normal(word) in labels), None)


def normal(word: str) -> str:
    """Return the word in lower case with single spaces: how emotions are compared."""
    return " ".join(word.lower().split())

"""Emotions: the nine of EmotionThinker (arXiv 2601.15668), how corpora's words map to them, and their word forms."""

NINE = ("neutral", "happy", "sad", "angry", "contempt or disgust", "confused", "whisper", "surprise", "fear")

# What corpora's words mean among the nine. None: a class that the nine have no place for; it is never forced into one.
MEANING: dict[str, str | None] = {
    **{word: word for word in NINE},
    **dict.fromkeys(("calm",), "neutral"),
    **dict.fromkeys(("joy", "happiness"), "happy"),
    **dict.fromkeys(("sadness",), "sad"),
    **dict.fromkeys(("anger",), "angry"),
    **dict.fromkeys(("disgust", "disgusted", "contempt"), "contempt or disgust"),
    **dict.fromkeys(("confusion",), "confused"),
    **dict.fromkeys(("surprised", "pleasant surprise"), "surprise"),
    **dict.fromkeys(("fearful",), "fear"),
    **dict.fromkeys(("bored", "adoration", "amazement", "amusement", "contentment", "cuteness", "desire")),
    **dict.fromkeys(("disappointment", "distress", "embarrassment", "ecstasy", "guilt", "interest", "pain")),
    **dict.fromkeys(("pride", "realization", "relief", "serenity")),
}

# Each corpus's own words, in the order of its option list.
WORDS: dict[str, tuple[str, ...]] = {
    "prosodia": NINE,
    "ravdess": ("neutral", "calm", "happy", "sad", "angry", "fearful", "disgusted", "surprised"),
    "emodb": ("neutral", "happy", "sad", "angry", "fearful", "disgusted", "bored"),
    "savee": ("neutral", "happy", "sad", "angry", "fearful", "disgusted", "surprised"),
    "cremad": ("neutral", "happy", "sad", "angry", "fearful", "disgusted"),
    "tess": ("neutral", "happy", "sad", "angry", "fear", "disgust", "pleasant surprise"),
    "esd": ("neutral", "happy", "sad", "angry", "surprise"),
    "emovo": ("neutral", "happy", "sad", "angry", "fearful", "disgusted", "surprised"),
    "mead": ("neutral", "happy", "sad", "angry", "fear", "disgusted", "contempt", "surprised"),
    "expresso": ("neutral", "happy", "sad", "confused", "whisper"),
    "nemo": ("neutral", "happiness", "sadness", "anger", "fear", "surprised"),
    "iemocap": ("neutral", "happy", "sad", "angry"),
    "meld": ("neutral", "joy", "sadness", "anger", "fear", "disgust", "surprise"),
    "msp-podcast": ("neutral", "happy", "sad", "angry", "surprise", "fear", "disgust", "contempt"),
    "ears": (
        *("neutral", "adoration", "amazement", "amusement", "anger", "confusion", "contentment", "cuteness", "desire"),
        *("disappointment", "disgust", "distress", "embarrassment", "ecstasy", "fear", "guilt", "interest", "pain"),
        *("pride", "realization", "relief", "sadness", "serenity"),
    ),
}
LABELS: dict[str, dict[str, str | None]] = {
    corpus: {word: MEANING[word] for word in words} for corpus, words in WORDS.items()
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
    "joy": ("joyful", "happy", "happiness"),
    "happiness": ("happy", "joy", "joyful"),
    "sadness": ("sad",),
    "anger": ("angry",),
    "disgust": ("disgusted",),
    "contempt": ("contemptuous",),
    "confusion": ("confused",),
    "pleasant surprise": ("surprise", "surprised"),
    "adoration": ("adoring",),
    "amazement": ("amazed",),
    "amusement": ("amused",),
    "contentment": ("content",),
    "cuteness": ("cute",),
    "desire": ("desiring",),
    "disappointment": ("disappointed",),
    "distress": ("distressed",),
    "embarrassment": ("embarrassed",),
    "ecstasy": ("ecstatic",),
    "guilt": ("guilty",),
    "interest": ("interested",),
    "pain": ("pained",),
    "pride": ("proud",),
    "realization": ("realizing",),
    "relief": ("relieved",),
    "serenity": ("serene",),
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

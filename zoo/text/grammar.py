"""The sentences of the offline writer, as data. Whatever stands here must be read back by `claims` as it was meant.

The short style has few words and one order, so that a language model of 5 M parameters learns it from some thousand
traces; the long style has the 50 to 200 words of EmotionCoT (arXiv 2601.15668).
"""

# Noun phrases and clauses of the short style; a clause after the first may leave out its verb.
PHRASES = {"pitch": "{a} {level} pitch", "energy": "{level} energy", "speed": "{a} {level} pace"}
PHRASES["intonation"] = "{a} {level} intonation"
HAS = ("The {gender}voice has {phrases}.", "I hear a {gender}voice with {phrases}.")
IS_GENDER = "The voice is {gender}."

STRESSED = {
    "short": ("The stress is on {words}.", "The speaker stresses {words}."),
    "long": (
        "The speaker puts stress on {words}.",
        "The stressed words are {words}.",
        "The emphasis lies on {words}, which the listener is meant to notice.",
    ),
}
UNSTRESSED = "No word is stressed."
UNKNOWN = "{cues} can't be told."

# What the cues of each of the nine have in common. No word here names an emotion or a cue.
REASONS: dict[str, tuple[str, ...]] = {
    "neutral": ("an even mood", "plain talk"),
    "happy": ("a bright, warm mood", "delight and an open mood"),
    "sad": ("a heavy, tired mood", "loss and little drive"),
    "angry": ("tension and force", "a will to attack"),
    "contempt or disgust": ("distance and dislike", "a wish to reject"),
    "confused": ("doubt and hesitation", "a question without an answer"),
    "whisper": ("talk kept under the breath", "words meant for one ear"),
    "surprise": ("a sudden turn of attention", "something unforeseen"),
    "fear": ("alarm and flight", "a sense of danger"),
}
REASON_OF_OTHERS = ("one mood more than any", "a mood of its own")
FIT = {
    "short": ("{cues} fit{s} {reason}", "{cues} point{s} to {reason}"),
    "long": (
        "Taken together, {cues} point{s} to {reason}",
        "{cues} belong{s} with {reason}",
        "What {cues} ha{ve} in common is that {they} fit{s} {reason}",
    ),
}
ALONE = "{cue} by itself"  # where one cue is all that is known
NO_FIT = "No cue fits {reason}"
NOTHING_KNOWN = "What is left to hear fits {reason}"
ALTHOUGH = ", although {clauses}"  # after cues that fit ...
AS = ", as {clauses}"  # ... and where none does

SO = {
    "short": ("So the emotion is {emotion}.", "So the answer is {emotion}."),
    "long": (
        "So the emotion that this voice conveys is best described as {emotion}.",
        "All in all, the emotion that fits what is heard best is {emotion}.",
        "From this I conclude that the emotion is {emotion}.",
    ),
}

# The long style.
SAYS = (
    'The speaker says "{words}".',
    'The words are "{words}".',
    'What is said is "{words}", which can be meant in several ways.',
)
WITHOUT_WORDS = ("I listen to how the words are said and leave aside what they mean.",)
PROFILE = ("The speaker is a {person}.", "This is a {gender} voice.", "It is the voice of a {person}.")
PERSON = {"female": "woman", "male": "man"}
SYNONYMS: dict[tuple[str, str], tuple[str, ...]] = {
    ("pitch", "high"): ("high", "raised", "elevated"),
    ("pitch", "normal"): ("normal", "moderate", "average"),
    ("pitch", "low"): ("low", "lowered"),
    ("energy", "high"): ("high", "raised"),
    ("energy", "normal"): ("normal", "moderate", "average"),
    ("energy", "low"): ("low", "reduced"),
    ("speed", "fast"): ("fast", "quick", "rapid"),
    ("speed", "normal"): ("normal", "moderate", "average"),
    ("speed", "slow"): ("slow", "unhurried"),
}
DESCRIBE: dict[str, tuple[str, ...]] = {
    "pitch": (
        "The pitch is {level}.",
        "The voice stays at {a} {level} pitch.",
        "The pitch of the voice is clearly {level}.",
        "One hears {a} {level} pitch from the first word to the last.",
    ),
    "energy": (
        "The energy is {level}.",
        "There is {level} energy in the voice.",
        "The words are given with {level} energy.",
        "As to loudness, the volume is {level}.",
    ),
    "speed": (
        "The speed is {level}.",
        "The words come at {a} {level} pace.",
        "The tempo of the speech is {level}.",
        "The speaker keeps to {a} {level} speaking rate.",
    ),
    "intonation": (
        "The intonation is {level}.",
        "The sentence is spoken with {a} {level} intonation.",
        "The melody of the voice is {level}.",
        "Over the whole sentence one hears {a} {level} contour.",
    ),
}
UNKNOWN_LONG = (
    "{cues} can't be told from this recording, so I say nothing of {it}.",
    "About {cues} the recording is silent, and I draw nothing from {it}.",
)
# How the reason is to be understood. It speaks of what such a speaker is after and adds nothing to what was measured.
WHY: dict[str, tuple[str, ...]] = {
    "neutral": ("It is the way of a speaker who simply passes on a piece of news and adds nothing of the heart.",),
    "happy": ("It is the way of a speaker who enjoys what there is to say and wants to share it at once.",),
    "sad": ("It is the way of a speaker for whom each word has to be lifted before it can be said at all.",),
    "angry": ("It is the way of a speaker who presses a point and leaves no room for any kind of reply.",),
    "contempt or disgust": ("It is the way of a speaker who looks down on the matter and wants no part in it.",),
    "confused": ("It is the way of a speaker who looks for the next word and waits for help with the meaning.",),
    "whisper": ("It is the way of a speaker who talks to one listener and does not want to be overheard.",),
    "surprise": ("It is the way of a speaker who has just met with a thing that nobody had seen coming.",),
    "fear": ("It is the way of a speaker who senses that danger is near and would rather be elsewhere.",),
}
WHY_OF_OTHERS = ("It is the way of a speaker who has a mood of a special kind and lets it be heard in the delivery.",)
CLOSING = (
    "It is the way of saying it that decides here, and not the words alone.",
    "I rely on how this is said rather than on what the words mean.",
    "I weigh only what can be heard in the recording and add nothing to it.",
)

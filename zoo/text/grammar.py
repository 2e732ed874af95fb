"""The sentences of the short style, as data: few words and one order, for a language model of 5 M parameters.

Whatever stands here must be read back by `claims` as it was meant, and must stay as it is: checkpoints learned it.
"""

PHRASES = {"pitch": "{a} {level} pitch", "energy": "{level} energy", "speed": "{a} {level} pace"}
PHRASES["intonation"] = "{a} {level} intonation"
HAS = ("The {gender}voice has {phrases}.", "I hear a {gender}voice with {phrases}.")
HABIT = "For this speaker {clauses}."
IS_GENDER = "The voice is {gender}."
STRESSED = ("The stress is on {words}.", "The speaker stresses {words}.")
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
FIT = ("{cues} fit{s} {reason}", "{cues} point{s} to {reason}")
ALONE = "{cue} by itself"  # where one cue is all that is known
NO_FIT = "No cue fits {reason}"
NOTHING_KNOWN = "What is left to hear fits {reason}"
ALTHOUGH = ", although {clauses}"  # after cues that fit ...
AS = ", as {clauses}"  # ... and where none does
SO = ("So the emotion is {emotion}.", "So the answer is {emotion}.")

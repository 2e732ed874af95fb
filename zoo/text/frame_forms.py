"""The frame of the long style: who speaks, what is said, whether the wording speaks of a feeling, what is stressed.

{who} is "a young woman" or "the speaker", {words} a quotation, {stressed} a list of quoted words.
"""

WHO: dict[tuple[str | None, str | None], str] = {  # by gender and age; a woman is an adult, so age has to be known
    ("female", None): "a female speaker",
    ("male", None): "a male speaker",
    (None, "child"): "a child",
    ("female", "child"): "a female child",
    ("male", "child"): "a male child",
    (None, "teenager"): "[a teenager|a teenage speaker]",
    ("female", "teenager"): "[a teenage girl|a female teenager]",
    ("male", "teenager"): "[a teenage boy|a male teenager]",
    (None, "young adult"): "[a young adult|a young adult speaker]",
    ("female", "young adult"): "[a young woman|a young adult woman|a female young adult]",
    ("male", "young adult"): "[a young man|a young adult man|a male young adult]",
    (None, "middle-aged"): "[a middle-aged speaker|a middle-aged person]",
    ("female", "middle-aged"): "[a middle-aged woman|a middle-aged female speaker]",
    ("male", "middle-aged"): "[a middle-aged man|a middle-aged male speaker]",
    (None, "elderly"): "[an elderly speaker|an elderly person]",
    ("female", "elderly"): "[an elderly woman|an elderly female speaker]",
    ("male", "elderly"): "[an elderly man|an elderly male speaker]",
}
PROFILE = (
    "[The speaker|The person speaking|The one who speaks] [is|seems to be|can be heard to be] {who}.",
    "[This|It] [is|seems to be] {who}.",
    "[What I hear|The voice that I hear] [is that of|belongs to] {who}.",
    "[Going by the sound|To begin with the speaker], [this|it] is {who}.",
)
PROFILE_OF_GENDER = (
    "[The voice|The voice that I hear] is {gender}.",
    "[This|It] is a {gender} voice.",
    "[I hear|One hears|The recording holds] a {gender} voice.",
)
WHO_SAYS = (
    "{who} [says|can be heard saying|is heard to say] {words}.",
    "{who} says {words}, [which can be meant in several ways|and the question is how it is meant].",
    "{words}, says {who}.",
    "[I hear|Here we have|The recording holds] {who} [who says|saying] {words}.",
)
SAYS = (
    "{she} [says|can be heard saying|is heard to say] {words}.",
    "{she} says {words}, [which can be meant in several ways|and the question is how it is meant].",
    "The [words|words spoken|words in question] are {words}.",
    "[What is said is|The utterance reads|The line is|The sentence is] {words}.",
    "{words}: [these are the words|this is what is said|that is the whole text].",
    "[I hear|The recording holds|Here we have] the words {words}.",
)
WITHOUT_WORDS = (
    "I [listen|attend] to how the words are said and [leave aside|put aside|set aside] what they mean.",
    "[Without a transcript|As there is no transcript|Lacking the text], I [go by|rely on|keep to] the sound "
    "[alone|by itself].",
    "What is said [I leave aside|is not at hand]; I [listen to|go by|attend to] how it is said.",
)

TONES: dict[str, tuple[str, ...]] = {
    "plain": (
        "[Taken by itself, the|The] [wording|text|sentence] [names no feeling|has no word of feeling in it|is plain].",
        "[Nothing in the wording|None of the words] [names|speaks of|gives away] a feeling.",
        "[On paper|In print|Read without the sound], this is [plain wording|a plain line|a line without a "
        "word of feeling].",
    ),
    "good": (
        "[Taken by itself, the|The] wording is [friendly|cheerful|pleasant|kindly].",
        "The words [themselves|by themselves|on paper] have a [friendly|cheerful|pleasant] ring.",
        "[On paper|In print|Read without the sound], this is [friendly|cheerful|pleasant] wording.",
    ),
    "bad": (
        "[Taken by itself, the|The] wording is [dark|grim|unpleasant|bitter].",
        "The words [themselves|by themselves|on paper] have [a dark|a grim|an unpleasant|a bitter] ring.",
        "[On paper|In print|Read without the sound], this is [dark|grim|unpleasant|bitter] wording.",
    ),
}
# Words against voice, by the tone of the words and by whether the emotion is of the same side.
AGAINST: dict[str, tuple[str, ...]] = {
    "voice alone": (
        "As the wording [is plain|names no feeling], [the voice has to tell|it is left to the voice to tell"
        "|all depends on the voice].",
        "[So the|The] words leave the matter open, [and the voice decides|and it is the voice that speaks "
        "of a feeling].",
        "[So the|The] wording [stays plain|gives nothing away], while the voice [tells more|has more to say].",
    ),
    "agree": (
        "[Here the words and the voice|Words and voice] [go together|say the same|pull in one direction].",
        "[What is said and how it is said|The text and the sound] [agree|go together|support each other].",
    ),
    "conflict": (
        "[Yet|But|However,] the words say one thing and the voice another, [and I trust the voice|and the "
        "voice has the last word].",
        "[The text and the sound|The words and the voice] do not agree[ here|], [and I follow the sound|and "
        "the sound weighs more].",
        "The voice does not bear out [the words|the wording|what the words say].",
    ),
    "open": (
        "[Whether|How far] the words are meant [as they stand|in earnest] [only the voice can tell|is for "
        "the voice to tell].",
        "The words [give|offer] a hint, [but|yet] the voice [decides|has the last word].",
    ),
}
SIDE = {"happy": "good", "sad": "bad", "angry": "bad", "contempt or disgust": "bad", "fear": "bad"}
TOLD_BY_VOICE = (
    "sad",
    "happy",
    "angry",
    "contempt or disgust",
    "fear",
    "surprise",
    "confused",
)

STRESSED = (
    "[{she} puts|There is] [|clear ][stress|emphasis] on {stressed}.",
    "{she} [stresses|emphasises] {stressed}.",
    "The [stressed|emphasised] [word{s} {is}|part{s} {is}] {stressed}.",
    "The [stress|emphasis] [is|lies|rests] on {stressed}[|, which [the listener is|one is] meant to notice].",
    "[Stress|Emphasis] is [given to|laid on|put on] {stressed}.",
    "[What is stressed|What gets the emphasis] is {stressed}.",
)
UNSTRESSED = (
    "No word is [stressed|emphasised].",
    "[No|Not one] word [gets|receives|carries] [any|much] [stress|emphasis].",
    "[Stress|Emphasis] is [put on|laid on] no word[| in particular].",
)
UNKNOWN = (
    "[{cues} can't be told from this recording|{cues} cannot be judged here], so I [say nothing|leave out "
    "all talk] of {it}.",
    "[About|On] {cues} the recording is silent, and I [draw|take] nothing from {it}.",
    "[As to|As for] {cues}, nothing can be said[| from this recording].",
)

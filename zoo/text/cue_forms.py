"""How the long style names a cue: clauses and noun phrases for every level, as `zoo.text.forms` choices.

Whatever stands here must be read back by `claims` as the cue and level it is listed under, and as nothing else.
{her} is "her", "his" or "the"; {she} is "she", "he" or "the speaker".
"""

from zoo.acoustics.cues import LEVELS

WORDS: dict[tuple[str, str], str] = {  # a level in other words; [] as in `forms`
    ("pitch", "high"): "[high|raised|elevated|heightened]",
    ("pitch", "normal"): "[normal|moderate|average|medium|ordinary]",
    ("pitch", "low"): "[low|lowered]",
    ("energy", "high"): "[high|raised|elevated|heightened]",
    ("energy", "normal"): "[normal|moderate|average|medium]",
    ("energy", "low"): "[low|reduced|lowered]",
    ("speed", "fast"): "[fast|quick|rapid|brisk]",
    ("speed", "normal"): "[normal|moderate|average|ordinary]",
    ("speed", "slow"): "[slow|unhurried]",
    ("intonation", "rising"): "[rising|climbing]",
    ("intonation", "falling"): "[falling|descending]",
    ("intonation", "rising-falling"): "rising-falling",
    ("intonation", "falling-rising"): "falling-rising",
    ("intonation", "flat"): "flat",
    ("intonation", "expressive"): "[expressive|varied|lively]",
}

CLAUSES: dict[str, str] = {  # with any level
    "pitch": "[{her} pitch [is|stays|remains|is clearly] {level}"
    "|the pitch of {her} voice [is|stays|remains|is clearly] {level}|{her} voice [stays|moves|is held] at "
    "{a} {level} pitch]",
    "energy": "[the [energy|volume|loudness|vocal energy] [is|stays|remains|is clearly] {level}"
    "|there is {level} energy in {her} voice|{she} [speaks|talks] with {level} energy|the words [come|are "
    "given] with {level} energy"
    "|the energy of {her} voice [is|stays|remains] {level}]",
    "speed": "[the [speed|pace|tempo|speaking rate] [is|stays|remains|is clearly] {level}"
    "|the words [come|follow|are spoken] at {a} {level} [pace|tempo|rate]"
    "|{she} [speaks|talks] at {a} {level} [pace|tempo|rate]|{she} keeps to {a} {level} [pace|tempo|speaking rate]]",
    "intonation": "[the [intonation|contour|melody|melodic contour] is {level}"
    "|{her} intonation is [|clearly ]{level}|the melody of {her} voice is {level}"
    "|{she} [speaks|talks] with {a} {level} [intonation|contour|melody]|the [sentence|utterance] has {a} "
    "{level} [intonation|contour|melody]]",
}
CLAUSES_AT: dict[tuple[str, str], str] = {  # with one level alone
    ("energy", "high"): "[{she} [speaks|talks] loudly|{her} [voice|delivery] is [loud|strong in volume]]",
    ("energy", "low"): "[{she} [speaks|talks] [softly|quietly]|{her} [voice|delivery] is [soft|quiet]]",
    ("speed", "fast"): "{she} [speaks|talks] [fast|quickly|rapidly|briskly]",
    ("speed", "slow"): "{she} [speaks|talks] slowly",
    ("intonation", "rising"): "{her} [intonation|melody] [rises|climbs]",
    ("intonation", "falling"): "{her} [intonation|melody] [falls|drops|descends]",
    ("intonation", "rising-falling"): "{her} intonation [[|first ]rises and then falls|rises before falling]",
    ("intonation", "falling-rising"): "{her} intonation [[|first ]falls and then rises|falls before rising]",
    ("intonation", "flat"): "{her} [voice|delivery] is [monotone|monotonous]",
}
NOUN_PHRASES: dict[str, str] = {
    "pitch": "{a} {level} [pitch|vocal pitch]",
    "energy": "{level} [energy|vocal energy]",
    "speed": "{a} {level} [pace|tempo|speaking rate|speed]",
    "intonation": "{a} {level} [intonation|contour|melody]",
}

LISTS = (  # a sentence of noun phrases; {is} is "is" or "are"
    "I hear {phrases}.",
    "[What|The first thing that] [stands out|strikes the ear|one notices] {is} {phrases}.",
    "[The delivery|The utterance|The speech] [comes with|is marked by|shows] {phrases}.",
    "There {is} {phrases} [to be heard|in this recording|in this utterance].",
    "[To the ear|In its sound], the [delivery|utterance] has {phrases}.",
    "[Listening closely|Turning to the sound], I [notice|hear|find] {phrases}.",
    "In {her} voice [there {is}|I hear|one hears|I find] {phrases}.",
)
ONWARD = "[|||Besides, |In addition, |What is more, |Then again, |On top of this, |At the same time, ]"
ALIKE = ("{first}, and {second}", "{first}[,|] while {second}", "{first}; {second}")
THREE = ("{first}, {second}, and {third}", "{first}, and {second}, while {third}")
UNLIKE = (
    "{first}, [but|yet|whereas|while] {second}",
    "[although|though|even though|while] {first}, {second}",
    "{first}; however, {second}",
)
DIRECTION: dict[str, dict[str, int]] = {  # of arousal, to tell contrast from accord
    "pitch": {"low": -1, "high": 1},
    "energy": {"low": -1, "high": 1},
    "speed": {"slow": -1, "fast": 1},
    "intonation": {"flat": -1, "expressive": 1},
}

FOR_SPEAKER = (  # before clauses: levels against how the same speaker sounds in other clips
    "[For this speaker|By the speaker's own habit|Against this speaker's habit], {clauses}.",
)
MORE = (
    "the {cue} [is|stays|remains] {level} than [is usual for this speaker|is the speaker's habit|this speaker's habit]"
)
NO_LESS = "the {cue} [is|stays|remains] {level} for this speaker"
MORE_WORDS = {("speed", "fast"): "faster", ("speed", "normal"): "normal", ("speed", "slow"): "slower"}
MORE_WORDS |= {
    (cue, level): {"high": "higher", "low": "lower"}.get(level, level)
    for cue in ("pitch", "energy")
    for level in LEVELS[cue]
}

assert set(WORDS) == {(cue, level) for cue, levels in LEVELS.items() for level in levels}

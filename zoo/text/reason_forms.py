"""How the long style argues: what cues have in common, how somebody talks who feels so, and the conclusion.

No sentence before the last names an emotion, and none states anything of the voice that was not measured: a reason
speaks of what such a speaker is after, in words that `claims` reads nothing from.
"""

REASONS: dict[str, str] = {
    "neutral": "[an even mood|plain talk|a matter-of-fact report|a speaker with nothing at stake"
    "|information and no more"
    "|an unmoved state of mind|everyday talk without any stake]",
    "happy": "[a bright, warm mood|delight and an open mood|good spirits|a pleased and open state of mind"
    "|lightness and appetite for more|a mood that wants company|warmth and good cheer]",
    "sad": "[a heavy, tired mood|loss and little drive|a weight on the mind|a withdrawn, weary state"
    "|strength running out|a mood without much hope|resignation and lack of drive]",
    "angry": "[tension and force|a will to attack|pressure that wants out|a temper close to boiling over"
    "|hardness and impatience|a clash that is being sought|protest and force]",
    "contempt or disgust": "[distance and dislike|a wish to reject|a turning away from something|cool rejection"
    "|aversion held at a distance|a speaker who wants no part in this|a verdict from above]",
    "confused": "[doubt and hesitation|a question without an answer|a search for sense|a mind that has lost "
    "the thread"
    "|uncertainty that asks for help|a puzzle that does not come out|not knowing what to make of things]",
    "whisper": "[talk kept under the breath|words meant for one ear|a secret being passed on|speech without "
    "full voicing"
    "|a wish to go unnoticed|talk that avoids other ears|words held back from the room]",
    "surprise": "[a sudden turn of attention|something unforeseen|news that came out of nowhere|a reaction "
    "before any thought"
    "|an expectation overturned|a sudden discovery|something that nobody had reckoned with]",
    "fear": "[alarm and flight|a sense of danger|a threat close at hand|readiness to run|alarm and unease"
    "|a speaker on the lookout for danger|worry about what comes next]",
}
REASON_OF_OTHERS = (
    "[one mood more than any|a mood of its own|one particular state of mind|a mood that is easy to place]"
)

WHY: dict[str, str] = {
    "neutral": "[simply passes on a piece of news and adds nothing of the heart|has something to report and "
    "no side to take"
    "|says what there is to say and leaves it at that|reads out a fact without being touched by it]",
    "happy": "[enjoys what there is to say and wants to share it at once|has had good news and lets others take part"
    "|likes where things are going and makes no secret of it|is pleased with the moment and gives freely]",
    "sad": "[has to lift each word before it can be said at all|has lost something and knows that it will "
    "not come back"
    "|has little left to hope for and shows it|carries a burden and speaks from under it]",
    "angry": "[presses a point and leaves no room for any kind of reply|has been crossed and wants it to be known"
    "|will not put up with this any more|means to win this argument and is done with waiting]",
    "contempt or disgust": "[looks down on the matter and wants no part in it|finds the thing beneath all notice"
    "|pushes something away and keeps it at arm's length|has passed judgement and sees no reason to be polite]",
    "confused": "[looks for the next word and waits for help with the meaning|cannot put the pieces together"
    "|has been told two things that do not fit each other|asks more than there is an answer to]",
    "whisper": "[talks to one listener and does not want to be overheard|shares a secret in company"
    "|takes care that nobody else will notice|wants to reach one person and no other]",
    "surprise": "[has just met with a thing that nobody had seen coming|has to take in something new on the spot"
    "|did not expect this and has had no time to prepare|has found the world other than it was a moment ago]",
    "fear": "[senses that danger is near and would rather be elsewhere|expects the worst at any moment"
    "|feels threatened and looks for a way out|does not know what is about to happen and dreads it]",
}
WHY_OF_OTHERS = (
    "[has a mood of a special kind and lets it be heard in the delivery|is in one mood and hides little of it]"
)
WHY_FRAMES = (
    "It is the way of a speaker who {why}.",
    "[This|That] is how [somebody|a person] talks who {why}.",
    "One can picture [a speaker|somebody|a person] who {why}.",
    "It [brings to mind|calls up|sounds like|suggests] [a speaker|somebody|a person] who {why}.",
    "[A speaker|Somebody|A person] who {why} [talks like this|comes across like this|goes about it in this way].",
)

FIT = (  # {s}, {es}: the verb's ending for one cue
    "{cues} [|clearly |rather ]point{s} to {reason}",
    "{cues} [belong{s} with|go{es} with|agree{s} with|speak{s} for|argue{s} for|hint{s} at|suggest{s}] {reason}",
    "what {cues} [tell{s} us|let{s} through|bring{s} to mind] is {reason}",
    "[I take|I read|I understand|one can read] {cues} as [a sign|a mark|a trace|an indication] of {reason}",
    "{cues} seem{s} to [come from|speak of|stand for|go back to] {reason}",
    "{reason}: [this|that] is what {cues} [point{s} to|suggest{s}|speak{s} of]",
)
FIT_TOGETHER = (  # of several cues
    "[taken together|side by side|as a whole|on balance], {cues} [point to|go with|agree with|suggest|speak "
    "for] {reason}",
    "what {cues} have in common is that they [all |]fit {reason}",
    "[the combination|the mixture|the interplay] of {cues} [fits|suits|points to|goes with|suggests] {reason}",
)
ALONE = "{cue} [by itself|taken alone|on its own]"  # where one cue is all that is known
NO_FIT = (
    "no cue [fits|goes with|suits] {reason}",
    "[strange to say|oddly enough], no cue [fits|goes with|suggests] {reason}",
)
NOTHING_KNOWN = (
    "what is left to hear [fits|goes with|suggests] {reason}",
    "the [impression|sense] that [stays|is left] [fits|goes with|is one of] {reason}",
)
ADMIT = (
    "{fit}, [although|though|even though] {clauses}",
    "[although|though|even though|while] {clauses}, {fit}",
    "{fit}; [it has to be admitted|I grant|to be fair, I add] that {clauses}",
)
NO_FIT_AS = "{fit}, as {clauses}"

SO = (
    "[So|Thus|Hence|Therefore], the emotion [|that this voice conveys |behind these words ]is [best "
    "described as |]{emotion}.",
    "[All in all|Everything considered|On balance|In the end], the [emotion that fits best|best answer"
    "|fitting label] is {emotion}.",
    "[From this|From all this|On these grounds] I [conclude|gather|infer] that the [emotion|answer] is {emotion}.",
    "[Weighing all this|Putting it together|Adding it up], I [arrive at|settle on|decide for] {emotion}.",
    "[That|This] leads me to [one answer|this answer|the emotion]: {emotion}.",
    "My [conclusion|answer|reading] is therefore {emotion}.",
)
AFTER = (
    "It is the way of saying it that [decides|counts|matters] here, and not the words alone.",
    "[I rely on how this is said rather than on what the words mean|I go by how this is said, not by the bare words].",
    "I [weigh|use|count] only what can be heard in the recording and add nothing to it.",
    "[Other readings are possible, but|One could look further, but] this one "
    "[leaves the least unexplained|asks for the fewest assumptions].",
    "[Nothing here|No part of this] rests on [a guess|guesswork]: it [follows from|goes back to] what was heard.",
)
BEFORE = (
    "[No single observation|No observation by itself] settles the matter, [so|and so] I [weigh|look at] "
    "them [together|side by side].",
    "[The question|What remains] is which [state of mind|mood] [brings|would bring] all of this together.",
    "[Having gone through what can be heard|With this in mind], [I turn to what it means|I look for what "
    "lies behind it].",
    "[It helps to|One has to|I try to] ask what [such a speaker|somebody who talks like this] [wants|is after].",
)

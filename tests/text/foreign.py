"""Sentences as a large language model writes them about a voice, each with the claims that a person reads in it.

`SEEN` were at hand when the extractor was written; `UNSEEN` were written down before it was first run on them, and it
was not changed for their sake: their figures say what to expect of foreign text.
"""

Claims = set[tuple[str, str]]

SEEN: dict[str, Claims] = {
    "The speaker's elevated pitch and rapid delivery immediately stand out.": {("pitch", "high"), ("speed", "fast")},
    "Her voice carries a high pitch throughout, paired with high energy.": {("pitch", "high"), ("energy", "high")},
    "The pitch remains consistently low, lending the utterance a somber quality.": {("pitch", "low")},
    "With a low pitch, low energy and slow pace, the delivery feels heavy.": {
        *(("pitch", "low"), ("energy", "low"), ("speed", "slow"))
    },
    "He speaks in a low-pitched voice, with normal energy and at a normal speed.": {
        *(("pitch", "low"), ("energy", "normal"), ("speed", "normal"))
    },
    "The normal pitch and energy levels suggest a lack of strong arousal.": {("pitch", "normal"), ("energy", "normal")},
    "The young woman delivers the line with heightened vocal energy.": {
        *(("gender", "female"), ("age", "young adult"), ("energy", "high"))
    },
    "A middle-aged man utters the words slowly, almost dragging them out.": {
        *(("gender", "male"), ("age", "middle-aged"), ("speed", "slow"))
    },
    "This elderly woman speaks softly, as though each word costs her effort.": {
        *(("gender", "female"), ("age", "elderly"), ("energy", "low"))
    },
    "The teenage boy's tone is flat and his pace unhurried.": {
        *(("gender", "male"), ("age", "teenager"), ("intonation", "flat"), ("speed", "slow"))
    },
    "The speaker is a young adult male.": {("age", "young adult"), ("gender", "male")},
    "The speaker, a middle aged female, sounds composed.": {("age", "middle-aged"), ("gender", "female")},
    "Given that the speaker is a child, such a high pitch is not surprising.": {("age", "child"), ("pitch", "high")},
    "It is the voice of an old man.": {("age", "elderly"), ("gender", "male")},
    "She pleads like a child who has lost a toy.": set(),
    "The rising intonation turns the statement into something of a question.": {("intonation", "rising")},
    "The contour rises and then falls, which adds a dramatic arc.": {("intonation", "rising-falling")},
    "The intonation follows a rising-falling pattern.": {("intonation", "rising-falling")},
    "The falling-rising contour leaves the thought unfinished.": {("intonation", "falling-rising")},
    "Her intonation falls toward the end of the sentence.": {("intonation", "falling")},
    "The melody is expressive, with plenty of movement.": {("intonation", "expressive")},
    "A falling intonation contour brings the phrase to a close.": {("intonation", "falling")},
    "The intonation remains flat across the entire utterance.": {("intonation", "flat")},
    "His monotone delivery strips the phrase of warmth.": {("intonation", "flat")},
    'The emphasis on "never" makes the refusal absolute.': {("stress", "never")},
    'By stressing the words "you" and "always", he turns the remark into an accusation.': {
        *(("stress", "you"), ("stress", "always"))
    },
    'Notably, "door" is stressed, drawing attention to the place.': {("stress", "door")},
    "The stress falls on 'really', which intensifies the claim.": {("stress", "really")},
    'She places strong emphasis on the word "please".': {("stress", "please")},
    'The word "why" receives particular stress.': {("stress", "why")},
    'None of the words, not even "never", is stressed.': set(),
    'The phrase "I told you" carries the sentence, but there is no stress on "told".': set(),
    'When he says "fine", the word sounds clipped.': set(),
    "The energy is high, but the pace stays normal.": {("energy", "high"), ("speed", "normal")},
    "Although the speed is fast, the energy is low.": {("speed", "fast"), ("energy", "low")},
    "The pitch is not particularly high, nor is the pace fast.": set(),
    "There is nothing loud about the delivery.": set(),
    "The voice lacks energy.": {("energy", "low")},
    "Unlike a happy speaker, who would use a high pitch, she keeps hers low.": set(),
    "High pitch combined with high energy typically signals excitement.": set(),
    "Such a low pitch is often associated with sadness.": {("pitch", "low")},
    "If he were angry, the energy would be high.": set(),
    "The slow speaking rate further reinforces a sense of reluctance.": {("speed", "slow")},
    "The speech is delivered at a quick tempo.": {("speed", "fast")},
    "The pace of her speech is fast, nearly tumbling over itself.": {("speed", "fast")},
    "The speaking speed is moderate.": {("speed", "normal")},
    "Her speech rate is slow.": {("speed", "slow")},
    "He talks quickly and loudly.": {("speed", "fast"), ("energy", "high")},
    "The volume is low, almost as if she were speaking to herself.": {("energy", "low")},
    "Her vocal intensity is high.": {("energy", "high")},
    "The energy level is normal, the pitch level high.": {("energy", "normal"), ("pitch", "high")},
    "The speech shows a normal pitch level, high energy, and fast speed.": {
        *(("pitch", "normal"), ("energy", "high"), ("speed", "fast"))
    },
    "The pitch is high and the energy is also high, while the speed is normal.": {
        *(("pitch", "high"), ("energy", "high"), ("speed", "normal"))
    },
    "This combination of low energy and slow speed points toward sadness.": {("energy", "low"), ("speed", "slow")},
    "The high energy in his voice contrasts with the ordinary content of the sentence.": {("energy", "high")},
    "The female speaker's voice is high in pitch and low in energy.": {
        *(("gender", "female"), ("pitch", "high"), ("energy", "low"))
    },
    "The gentleman keeps his voice at a moderate volume.": {("gender", "male"), ("energy", "normal")},
    "From the transcript alone the mood could be neutral or sad.": set(),
    "The speaker asks about the other woman's plans.": set(),
    "The words themselves are neutral, yet the brisk pace tells another story.": {("speed", "fast")},
    "Her pitch climbs on the final syllable.": {("intonation", "rising")},
    "The pitch drops at the end, giving the statement finality.": {("intonation", "falling")},
    "The energy drops at the end.": set(),
    "It is neither a loud nor a fast delivery.": set(),
    "The elevated volume and the stressed \u201cnow\u201d convey urgency.": {("energy", "high"), ("stress", "now")},
}

UNSEEN: dict[str, Claims] = {
    "What strikes me first is how fast the young man is talking.": {
        *(("speed", "fast"), ("age", "young adult"), ("gender", "male"))
    },
    "The delivery is marked by low energy and a slow tempo, and the voice hardly rises.": {
        *(("energy", "low"), ("speed", "slow"))
    },
    "Her high-pitched tone gives the sentence an edge.": {("pitch", "high")},
    "The speaker maintains a normal speaking rate, neither hurried nor slow.": {("speed", "normal")},
    "A teenage girl speaks with high energy and an expressive intonation.": {
        *(("age", "teenager"), ("gender", "female"), ("energy", "high"), ("intonation", "expressive"))
    },
    "The pitch level is high compared to her usual register.": {("pitch", "high")},
    'Stress is placed on "talking" and "door", which anchors the sentence.': {
        ("stress", "talking"),
        ("stress", "door"),
    },
    'He emphasizes "not" with audible force.': {("stress", "not")},
    'The stressed word "all" widens the complaint.': {("stress", "all")},
    "There is a noticeable rise in intonation at the end.": {("intonation", "rising")},
    "The intonation starts low, rises in the middle and then falls again.": {("intonation", "rising-falling")},
    "The flat intonation conveys detachment.": {("intonation", "flat")},
    "A rising pitch contour hints at uncertainty.": {("intonation", "rising")},
    "The pitch falls steadily from start to finish.": {("intonation", "falling")},
    "The energy in the voice is reduced, and the speech comes out slowly.": {("energy", "low"), ("speed", "slow")},
    "His volume is raised well above a conversational level.": {("energy", "high")},
    "The overall loudness is moderate.": {("energy", "normal")},
    "She does not speak loudly; rather, her voice is soft.": {("energy", "low")},
    "Rather than high, the pitch is low here.": {("pitch", "low")},
    "Contrary to what one might expect, the energy is low.": {("energy", "low")},
    "People who are afraid tend to speak faster and at a higher pitch.": set(),
    "A lower pitch would have suggested boredom.": set(),
    "The pace might be fast, but it is hard to say.": set(),
    "I would expect a slow pace if she were sad.": set(),
    "The woman, probably middle-aged, speaks at an average pace.": {
        *(("gender", "female"), ("age", "middle-aged"), ("speed", "normal"))
    },
    "An older male voice can be heard.": {("age", "elderly"), ("gender", "male")},
    "The speaker appears to be a young female.": {("age", "young adult"), ("gender", "female")},
    "Coming from an elderly man, the raised voice is striking.": {
        *(("age", "elderly"), ("gender", "male"), ("energy", "high"))
    },
    'The transcript, "He was a young man then", looks back.': set(),
    'Saying "Kids are talking by the door" in such a loud voice is unusual.': {("energy", "high")},
    "The combination of high pitch, high energy, and fast speed suggests strong arousal.": {
        *(("pitch", "high"), ("energy", "high"), ("speed", "fast"))
    },
    "Low pitch and slow speed dominate the clip.": {("pitch", "low"), ("speed", "slow")},
    "The speech is quick, energetic and high in pitch.": {("speed", "fast"), ("energy", "high"), ("pitch", "high")},
    "Everything is said quietly and without haste.": {("energy", "low"), ("speed", "slow")},
    "The rate of speech is high.": {("speed", "fast")},
    "The tempo is on the slow side.": {("speed", "slow")},
    "Pitch, energy and speed are all at a normal level.": {
        *(("pitch", "normal"), ("energy", "normal"), ("speed", "normal"))
    },
    "The pitch stays within a normal range, but the energy is elevated.": {("pitch", "normal"), ("energy", "high")},
    "The intonation is neither rising nor falling.": set(),
    "No particular word is emphasized.": set(),
}

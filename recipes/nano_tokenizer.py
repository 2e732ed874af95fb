"""Train a tokenizer on what nano backbones read and write: prompts, traces and sentences of the demo corpus.

python recipes/nano_tokenizer.py FILE.json            (a minute; the same bytes each time)

The shipped `zoo/backbones/nano_tokenizer.json` came from this in version 0.1 and stays as it is: shipped checkpoints
hold its ids. The long style has grown since, so this now makes another vocabulary and writes it elsewhere.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

from zoo.acoustics.cues import LEVELS, Cues
from zoo.backbones.bpe import NANO_TOKENIZER, VOCABULARY, train_tokenizer
from zoo.data.prosodia_sentences import SENTENCES
from zoo.data.ravdess import Ravdess
from zoo.text.emotions import NINE
from zoo.text.prompt import QUESTION, SYSTEM
from zoo.text.trace import Trace, render
from zoo.text.writer import write

TRACES = 20_000
LONG_SHARE = 0.2  # the long style has more words; the short one is what the nano models write


def texts() -> Iterator[str]:
    """Everything a nano backbone meets, in about the proportions in which it meets it."""
    random = Random(17)
    emotions = sorted({*NINE, *Ravdess.emotions})
    for i in range(TRACES):
        level = {cue: random.choice((*levels, None)) for cue, levels in LEVELS.items()}
        emotion, words = random.choice(emotions), random.choice(SENTENCES)
        style = "long" if i < LONG_SHARE * TRACES else "short"
        gender = random.choice(("female", "male", None))
        yield render(Trace(write(Cues(**level), emotion, random, gender, words, style), emotion))
    yield from SENTENCES
    for options in (NINE, Ravdess.emotions):
        yield from [SYSTEM, QUESTION.format(emotions=", ".join(options))] * 500


if __name__ == "__main__":
    path = Path(sys.argv[1])
    assert path.resolve() != NANO_TOKENIZER.resolve(), "shipped checkpoints need the tokenizer that is there"
    train_tokenizer(texts(), VOCABULARY).save(str(path))
    print(f"{path}: written")

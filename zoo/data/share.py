"""A part of the training speakers: a cold start on some, reinforcement learning on others that it has not heard.

A model that knows its speakers' clips by heart answers them rightly eight times of eight, and a group without spread
teaches nothing. The paper's prompts are not those of its cold start either (arXiv 2601.15668: 30K and 5K).
"""

from collections.abc import Sequence

from zoo.core.errors import ZooError
from zoo.data.utterance import Utterance


def share_of(utterances: Sequence[Utterance], share: Sequence[float]) -> list[Utterance]:
    """The utterances of the speakers from one share of them to another, in the order of their names.

    `share` is two numbers from 0 to 1; 0 to 0.6 and 0.6 to 1 have no speaker in common and leave out nobody.

    Raises:
        ZooError: that is no share, or there is no speaker in it.
    """
    if len(share) != 2 or not 0 <= share[0] < share[1] <= 1:
        raise ZooError(
            f"data.speakers is {list(share)}; it takes the training speakers from one share of them to another, such "
            "as [0, 0.6], and [0.6, 1] are the others"
        )
    speakers = sorted({utterance.speaker for utterance in utterances})
    first, last = (round(part * len(speakers)) for part in share)
    kept = set(speakers[first:last])
    if speakers and not kept:
        raise ZooError(
            f"data.speakers is {list(share)}, which is nobody of {len(speakers)} training speakers; give a larger share"
        )
    return [utterance for utterance in utterances if utterance.speaker in kept]

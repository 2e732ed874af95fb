"""A part of the training speakers, and the other part."""

from pathlib import Path

import pytest

from zoo.core.errors import ZooError
from zoo.data.share import share_of
from zoo.data.utterance import Utterance

CLIPS = [Utterance(Path(f"{name}_{clip}.wav"), "c", name) for clip in range(3) for name in ("d", "b", "a", "e", "c")]


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.6, 0.99])
def test_two_shares_have_no_speaker_in_common_and_leave_out_nobody(cut: float) -> None:
    if cut == 0.99:
        with pytest.raises(ZooError, match="nobody of 5 training speakers"):
            share_of(CLIPS, (cut, 1.0))
        return
    first, second = share_of(CLIPS, (0.0, cut)), share_of(CLIPS, (cut, 1.0))
    assert first
    assert second
    assert not {u.speaker for u in first} & {u.speaker for u in second}
    assert sorted([*first, *second], key=CLIPS.index) == CLIPS


def test_speakers_are_taken_in_the_order_of_their_names() -> None:
    assert {u.speaker for u in share_of(CLIPS, (0, 0.6))} == {"a", "b", "c"}
    assert share_of(CLIPS, (0, 1)) == CLIPS
    assert share_of([], (0, 1)) == []


@pytest.mark.parametrize("share", [(0.6,), (0.6, 0.2), (-0.1, 0.5), (0.5, 1.2), (0, 0.5, 1)])
def test_what_is_no_share_is_refused(share: tuple[float, ...]) -> None:
    with pytest.raises(ZooError, match="from one share of them to another"):
        share_of(CLIPS, share)

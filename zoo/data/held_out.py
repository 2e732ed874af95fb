"""Which speakers of a manifest are tested on: named ones, or a share that a stable hash of their names chooses."""

import hashlib
from collections.abc import Sequence

from zoo.core.errors import ZooError, did_you_mean

FEW = 3  # speakers that a split's name spells out


def held_out_of(speakers: set[str], asked: list[str] | None, share: float, path: str) -> set[str]:
    """The speakers to test on: those that are asked for, else a share of them.

    Raises:
        ZooError: there is no such speaker, or the share is none.
    """
    for speaker in asked or ():
        if speaker not in speakers:
            raise ZooError(f'{path} has no speaker "{speaker}"{did_you_mean(speaker, speakers)}')
    if asked is not None:
        return set(asked)
    if not 0.0 < share < 1.0:
        raise ZooError(f"test_share is {share}; give a share of the speakers between 0 and 1")
    by_hash = sorted(speakers, key=lambda speaker: hashlib.sha256(speaker.encode()).hexdigest())
    return set(by_hash[: max(1, round(share * len(by_hash)))])


def in_short(speakers: Sequence[str]) -> str:
    """The speakers where they are few, else their number and a digest."""
    if len(speakers) <= FEW:
        return ",".join(speakers)
    return f"{len(speakers)}-{hashlib.sha256(chr(10).join(speakers).encode()).hexdigest()[:8]}"

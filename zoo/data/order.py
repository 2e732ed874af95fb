"""The order of utterances in a training: it follows from seed and step alone, so that a resumed run goes on."""

from collections.abc import Iterator

import torch
from torch.utils.data import Sampler

APART = 1 << 32  # from a seed to that of its spare utterances: further than the seeds anybody writes


class Order(Sampler[list[int]]):
    """The utterances of every step: epoch after epoch in a new order, drawn from the seed and the epoch alone.

    Step k of rank r is the same in every run, so that a run resumed at step k goes on as if it had not stopped.
    Each batch comes `repeat` times in a row.
    """

    def __init__(
        self, count: int, per_step: int, steps: int, seed: int, rank: int = 0, ranks: int = 1, repeat: int = 1
    ) -> None:
        self.count, self.per_step, self.steps, self.seed = count, per_step, steps, seed
        self.rank, self.ranks, self.repeat, self.start = rank, ranks, repeat, 0

    def __len__(self) -> int:
        return self.steps

    def __iter__(self) -> Iterator[list[int]]:
        for step in range(self.start, self.steps):
            first = (step // self.repeat * self.ranks + self.rank) * self.per_step
            yield [self._at(place) for place in range(first, first + self.per_step)]

    def _at(self, place: int) -> int:
        epoch, index = divmod(place, self.count)
        generator = torch.Generator().manual_seed(hash((self.seed, epoch)) % (1 << 63))
        return int(torch.randperm(self.count, generator=generator)[index])


class WithSpare(Sampler[list[int]]):
    """The utterances of every step, and after them `spare` times as many that may take the place of some.

    The first are those that the order has without any spare. The spare ones come in an order of their own, which
    follows from seed, step and rank too.
    """

    def __init__(self, order: Order, spare: int) -> None:
        self.order = order
        more = order.per_step * spare
        self.spare = Order(order.count, more, order.steps, order.seed + APART, order.rank, order.ranks, order.repeat)

    def __len__(self) -> int:
        return len(self.order)

    def __iter__(self) -> Iterator[list[int]]:
        self.spare.start = self.order.start
        for step, spare in zip(self.order, self.spare, strict=True):
            yield step + spare

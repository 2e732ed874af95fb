"""Groups sampled for a step, in one draw or several: further prompts in place of those whose answers are all worth
the same (as the dynamic sampling of DAPO, Yu et al., 2025, arXiv 2503.14476, with a bound on the draws).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import pad

from zoo.models.rollout import Rollout
from zoo.rewards.reward import Group
from zoo.rewards.total import Scored
from zoo.rl.advantage import no_spread


@dataclass(frozen=True)
class Sampled:
    """N groups of G answers: the `places` of their utterances in the batch, the answers, and what they are worth."""

    places: tuple[int, ...]  # [N]
    rollout: Rollout  # N * G answers
    groups: tuple[Group, ...]  # [N]
    scored: Scored

    @property
    def teaches(self) -> Tensor:
        """Which groups have answers of different worth, bool [N]."""
        return ~no_spread(self.scored.total)

    def keep(self, count: int) -> "Sampled":
        """`count` of the groups: those that teach, in the order in which they were drawn, then others to fill up."""
        first = torch.argsort((~self.teaches).int(), stable=True)[:count]
        return _groups(self, first.tolist())


def with_further(
    first: Sampled, most: int, draw: Callable[[range, int], Sampled], anywhere: Callable[[int], int] = lambda own: own
) -> Sampled:
    """All groups of a step: the `first`, and in up to `most` draws as many again as do not teach so far.

    `draw` samples the groups at some places of the batch, given the number of the draw from 0. Where nothing was
    drawn beside it, the first is returned itself. Ranks that must draw equally often go on while `anywhere`, the most
    that a rank misses, is not 0; one that misses nothing then draws a group for the others' sake and forgets it.
    """
    count, draws = len(first.places), [first]
    for again in range(most):
        missing = count - sum(int(sampled.teaches.sum()) for sampled in draws)
        if not anywhere(missing):
            break
        begin = (again + 1) * count
        drawn = draw(range(begin, begin + max(1, missing)), again)
        draws += [drawn] if missing else []
    return _joined(draws) if len(draws) > 1 else first


def _joined(draws: Sequence[Sampled]) -> Sampled:
    """Several draws of a step as one."""
    every = [draw.scored for draw in draws]
    return Sampled(
        tuple(place for draw in draws for place in draw.places),
        _rollout([draw.rollout for draw in draws]),
        tuple(group for draw in draws for group in draw.groups),
        Scored(
            torch.cat([scored.total for scored in every]),
            {name: torch.cat([scored.parts[name] for scored in every]) for name in every[0].parts},
            torch.cat([scored.trust for scored in every]),
            every[0].gate,
            sum(scored.judge_failures for scored in every),
            torch.cat([scored.correct for scored in every]),
        ),
    )


def _rollout(draws: Sequence[Rollout]) -> Rollout:
    """Answers of several draws, one after another, masked to the longest of all."""
    longest = max(draw.ids.shape[1] for draw in draws)

    def stacked(values: Sequence[Tensor]) -> Tensor:
        return torch.cat([pad(value, (0, longest - value.shape[1])) for value in values])  # [S, L]

    return Rollout(
        stacked([draw.ids for draw in draws]),
        stacked([draw.mask for draw in draws]),
        stacked([draw.log_probs for draw in draws]),
        torch.cat([draw.ended for draw in draws]),
    )


def _groups(sampled: Sampled, index: list[int]) -> Sampled:
    """Some of the groups; the number of failed judgements stays that of all."""
    old, scored = sampled.rollout, sampled.scored
    size = len(old.ids) // len(sampled.places)
    rows = torch.tensor([i * size + k for i in index for k in range(size)], device=old.ids.device)
    parts = {name: part[index] for name, part in scored.parts.items()}
    worth = Scored(
        scored.total[index], parts, scored.trust[index], scored.gate, scored.judge_failures, scored.correct[index]
    )
    return Sampled(
        tuple(sampled.places[i] for i in index),
        Rollout(old.ids[rows], old.mask[rows], old.log_probs[rows], old.ended[rows]),
        tuple(sampled.groups[i] for i in index),
        worth,
    )

"""Sampling: each prompt is read once, and all its answers continue the same cache."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from zoo.backbones.backbone import Backbone
from zoo.models.speech_lm import Prompted

LOOK_EVERY = 8  # tokens between two looks at whether all answers have ended: on a GPU a look waits for the device


@dataclass(frozen=True)
class Rollout:
    """Answers to B prompts, G each, in rows of one prompt's answers after another's (S = B * G).

    ids [S, L] end with an end token where the answer ended; mask [S, L] is True on answer tokens, the end token
    included; log_probs [S, L] are those of the sampling distribution; ended [S].
    """

    ids: Tensor
    mask: Tensor
    log_probs: Tensor
    ended: Tensor

    def texts(self, backbone: Backbone) -> list[str]:
        """The answers as text, without the end token."""
        rows = [
            [i for i in ids[mask].tolist() if i not in backbone.end_ids]
            for ids, mask in zip(self.ids, self.mask, strict=True)
        ]
        return [backbone.tokenizer.decode(row, skip_special_tokens=True) for row in rows]


def sample(
    backbone: Backbone,
    prompted: Prompted,
    group_size: int = 1,
    *,
    max_new_tokens: int,
    temperature: float = 1.0,
    top_p: float = 1.0,
    generator: torch.Generator | None = None,
) -> Rollout:
    """Sample `group_size` answers to each prompt; `temperature` 0 takes the likeliest token each time."""
    drawn = list(
        each_token(
            backbone,
            prompted,
            group_size,
            max_new_tokens=max_new_tokens,
            temperature=temperature,
            top_p=top_p,
            generator=generator,
        )
    )
    ids, mask, scores = (torch.stack(columns, 1) for columns in zip(*drawn, strict=True))  # [S, L]
    ended = ~mask[:, -1] | torch.isin(ids[:, -1], torch.tensor(backbone.end_ids, device=ids.device))
    longest = int(mask.any(0).sum())
    return Rollout(ids[:, :longest], mask[:, :longest], scores[:, :longest], ended)


@torch.no_grad()
def each_token(
    backbone: Backbone,
    prompted: Prompted,
    group_size: int = 1,
    *,
    max_new_tokens: int,
    temperature: float = 1.0,
    top_p: float = 1.0,
    generator: torch.Generator | None = None,
) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """As `sample`, a token of every answer at a time: ids [S], whether the answer still went on [S], scores [S]."""
    if not backbone.shares_prompts:
        every = torch.arange(len(prompted.mask), device=prompted.mask.device)
        prompted, group_size = prompted.rows(every.repeat_interleave(group_size)), 1
    hidden, cache = backbone(prompted.embeds, prompted.mask, prompted.positions)
    logits = backbone.logits(hidden[:, -1]).repeat_interleave(group_size, 0)  # [S, V]
    ends = torch.tensor(backbone.end_ids, device=logits.device)
    going = torch.ones(len(logits), dtype=torch.bool, device=logits.device)
    look_every = LOOK_EVERY if logits.is_cuda else 1
    answers = None
    for step in range(max_new_tokens):
        token, score = _choose(logits, temperature, top_p, generator)  # [S], [S]
        token = torch.where(going, token, backbone.pad_id)
        yield token, going, score.where(going, 0.0)
        going = going & ~torch.isin(token, ends)
        if step + 1 == max_new_tokens or (step % look_every == 0 and not going.any()):
            break
        answers = answers or backbone.decoder(cache, prompted.mask, group_size, max_new_tokens - 1)
        logits = answers.step(token)


def _choose(
    logits: Tensor, temperature: float, top_p: float, generator: torch.Generator | None
) -> tuple[Tensor, Tensor]:
    """One token a row, [S], and its log-probability in the distribution it was drawn from, [S]."""
    if temperature == 0:
        scores = logits.log_softmax(-1)
        token = scores.argmax(-1)
    else:
        scores = _nucleus((logits / temperature).log_softmax(-1), top_p)
        token = _draw(scores.exp(), generator)
    return token, scores.gather(-1, token[:, None])[:, 0]


def _draw(probabilities: Tensor, generator: torch.Generator | None) -> Tensor:
    """One index a row, [S, V] to [S], by where one random number falls; `multinomial` draws V of them."""
    reached = probabilities.cumsum(-1)
    whole = reached[:, -1:]
    fallen = torch.rand(len(reached), 1, generator=generator, device=reached.device) * whole
    fallen = fallen.minimum(whole.nextafter(torch.zeros_like(whole)))  # the product may round up to the whole
    return torch.searchsorted(reached, fallen, right=True)[:, 0]  # `right`: what has no probability is never drawn


def _nucleus(log_probs: Tensor, top_p: float) -> Tensor:
    """Keep the smallest set of likeliest tokens that holds `top_p` of the probability (arXiv 1904.09751)."""
    if top_p >= 1:
        return log_probs
    ordered, order = log_probs.sort(-1, descending=True)
    outside = ordered.exp().cumsum(-1) - ordered.exp() >= top_p  # the likeliest token is never outside
    return log_probs.masked_fill(outside.scatter(-1, order, outside), -torch.inf).log_softmax(-1)

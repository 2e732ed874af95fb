"""One token of every answer at a time: three ways from the last tokens to the next tokens' logits.

`grouped` reads each prompt's keys and values where they stand; on a GPU one step of it becomes a CUDA graph, since a
step is hundreds of small kernels and launching them one by one takes several times as long as running them. A model
whose cache is of another kind (a sliding window, a recurrent state) takes the plain way.
"""

from typing import Any, Protocol

import torch
from torch import Tensor

from zoo.backbones.cache import rows
from zoo.backbones.grouped import GroupCache, grouped
from zoo.core.sharding import is_piece

WARM_STEPS = 2  # before a capture: libraries choose and load their kernels in the first


class Decoder(Protocol):
    """After a prompt: tokens [S] in, float32 logits [S, V] of what follows out."""

    def step(self, tokens: Tensor) -> Tensor:
        """Go on by one token an answer."""


class Plain:
    """Any model, by its own cache, copied G times where there are groups."""

    def __init__(self, backbone: Any, cache: Any, mask: Tensor, group_size: int, most_tokens: int) -> None:
        self.backbone = backbone
        answers = torch.arange(len(mask), device=mask.device).repeat_interleave(group_size)  # [S]
        self.cache = cache if group_size == 1 else rows(cache, answers)
        self.mask = mask[answers]  # [S, P]
        self.position = self.mask.sum(1, keepdim=True)  # [S, 1]

    def step(self, tokens: Tensor) -> Tensor:
        """Go on by one token an answer, [S] to [S, V]."""
        self.mask = torch.cat([self.mask, torch.ones_like(self.mask[:, :1])], 1)
        hidden, self.cache = self.backbone(self.backbone.embed(tokens[:, None]), self.mask, self.position, self.cache)
        self.position = self.position + 1
        logits: Tensor = self.backbone.logits(hidden[:, -1])
        return logits


class Grouped:
    """A model whose cache is plain: the prompt is read where it stands."""

    whole = False

    def __init__(self, backbone: Any, cache: Any, mask: Tensor, group_size: int, most_tokens: int) -> None:
        self.backbone = backbone
        self.cache = GroupCache(cache, mask, group_size, most_tokens, self.whole)
        self.position = mask.sum(1).repeat_interleave(group_size, 0)[:, None]  # [S, 1]
        self.nothing = torch.zeros(1, 1, 1, 1, dtype=torch.bool, device=mask.device)  # a made mask: none is built

    def step(self, tokens: Tensor) -> Tensor:
        """Go on by one token an answer, [S] to [S, V]."""
        logits = self._logits(tokens)
        self.position += 1
        self.cache.advance()
        return logits

    def _logits(self, tokens: Tensor) -> Tensor:
        language_model = self.backbone.language_model
        with grouped(language_model):
            hidden = language_model.base_model(
                inputs_embeds=self.backbone.embed(tokens[:, None]),
                attention_mask=self.nothing,
                position_ids=self.position,
                past_key_values=self.cache,
                use_cache=True,
            ).last_hidden_state
        logits: Tensor = self.backbone.logits(hidden[:, -1])
        return logits


class Graphed(Grouped):
    """The grouped step as one CUDA graph, captured once a rollout: a LoRA merged since has moved the weights."""

    whole = True

    def __init__(self, backbone: Any, cache: Any, mask: Tensor, group_size: int, most_tokens: int) -> None:
        super().__init__(backbone, cache, mask, group_size, most_tokens)
        self.tokens = torch.zeros(len(self.position), dtype=torch.long, device=mask.device)
        # A cast that autocast remembers would be captured as made once; bf16 weights need none.
        casts = torch.autocast("cuda", enabled=torch.is_autocast_enabled("cuda"), cache_enabled=False)
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream), casts:
            for _ in range(WARM_STEPS):  # they write where the first token will: what they leave is overwritten
                self._logits(self.tokens)
        torch.cuda.current_stream().wait_stream(stream)
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph), casts:
            self.logits = self._logits(self.tokens)

    def step(self, tokens: Tensor) -> Tensor:
        """Go on by one token an answer, [S] to [S, V]; the logits are good until the next step."""
        self.tokens.copy_(tokens)
        self.graph.replay()
        self.position += 1
        self.cache.advance()
        return self.logits


def decoder(backbone: Any, cache: Any, mask: Tensor, group_size: int, most_tokens: int) -> Decoder:
    """The fastest way on from B prompts that a cache holds; `mask` [B, P] is True where data is."""
    if not backbone.shares_prompts:
        return Plain(backbone, cache, mask, group_size, most_tokens)
    alone = not any(is_piece(p) for p in backbone.parameters())  # ranks that exchange something at each layer: no graph
    return (Graphed if mask.is_cuda and alone else Grouped)(backbone, cache, mask, group_size, most_tokens)

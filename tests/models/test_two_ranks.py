"""Shared prompts under DDP: two ranks of one batch each have the gradients of the plain path over both batches."""

import os

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from zoo.core.registry import backbones
from zoo.models.answer_states import _plain
from zoo.models.likelihood import likelihood
from zoo.models.speech_lm import Prompted

GROUP, LENGTHS = 3, [5, 2, 4]


class Scores(nn.Module):
    """The mean log-probability of a batch's answers, by either path."""

    def __init__(self, shared: bool) -> None:
        super().__init__()
        torch.manual_seed(3)
        self.backbone = backbones.build("qwen3-test", {"lora": {"rank": 4}})
        for name, p in self.backbone.named_parameters():
            if "lora_B" in name:
                nn.init.normal_(p, std=0.1)
        self.shared = shared

    def forward(self, rank: int) -> torch.Tensor:
        numbers = torch.Generator().manual_seed(rank)
        mask = torch.arange(6) >= torch.tensor([[rank], [3 - rank]])  # each rank has prompts of other lengths
        prompted = Prompted(self.backbone.embed(torch.randint(8, 1_500, mask.shape, generator=numbers)), mask)
        ids = torch.randint(8, 1_500, (2 * GROUP, max(LENGTHS)), generator=numbers)
        inside = torch.arange(max(LENGTHS)) < torch.tensor(LENGTHS * 2)[:, None]
        if self.shared:
            return likelihood(self.backbone, prompted, ids, inside).log_probs[inside].mean()
        every = torch.arange(2).repeat_interleave(GROUP)
        states = _plain(self.backbone, prompted.rows(every), self.backbone.embed(ids[:, :-1]), inside[:, :-1])
        scores = self.backbone.logits(states[inside]).log_softmax(-1)
        return scores.gather(-1, ids[inside][:, None]).mean()


def _rank(rank: int, folder: str) -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{folder}/meet", rank=rank, world_size=2)
    module = DistributedDataParallel(Scores(shared=True))
    module(rank).backward()
    found = {name: p.grad for name, p in module.module.named_parameters() if p.grad is not None}
    torch.save(found, os.path.join(folder, f"{rank}.pt"))
    dist.destroy_process_group()


def test_two_ranks_have_the_plain_gradients_of_both_batches(tmp_path):
    mp.spawn(_rank, (str(tmp_path),), nprocs=2)
    plain = Scores(shared=False)
    ((plain(0) + plain(1)) / 2).backward()
    expected = {name: p.grad for name, p in plain.named_parameters() if p.grad is not None}
    for rank in range(2):
        found = torch.load(tmp_path / f"{rank}.pt", weights_only=True)
        assert found.keys() == expected.keys()
        for name, gradient in expected.items():
            torch.testing.assert_close(found[name], gradient, atol=1e-6, rtol=1e-4)

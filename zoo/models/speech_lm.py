"""A speech language model: four parts joined, hearing waves and continuing prompts.

wave [B, N] 16 kHz -> frames [B, T, D] -> cues, and audio tokens [B, A, D] -> prompt [B, P, D] -> answer
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from zoo.acoustics.wave import read_wave
from zoo.adapters.adapter import Adapter
from zoo.backbones.backbone import Backbone
from zoo.core.errors import ZooError
from zoo.encoders.encoder import Encoder
from zoo.enrolment.enrolment import Enrolment
from zoo.models.frame_cache import FrameCache
from zoo.prosody.head import ProsodyHead
from zoo.scorers.scorer import Scorer
from zoo.text.answer_form import AnswerForm, answer_form
from zoo.text.prompt import Prompt


@dataclass(frozen=True)
class Heard:
    """What the model heard in a batch: frames [B, T, D], their mask [B, T], audio tokens [B, A, D], mask [B, A].

    `mask` is True where a frame begins in its wave; audio tokens may stand for the silence of its last window too.
    """

    frames: Tensor
    mask: Tensor
    tokens: Tensor
    token_mask: Tensor


@dataclass(frozen=True)
class Prompted:
    """Prompts ready to continue, padded on the left: embeddings [B, P, D] and their mask [B, P]."""

    embeds: Tensor
    mask: Tensor

    @property
    def positions(self) -> Tensor:
        """Position of every prompt token in its own sequence, [B, P]; padding counts 0."""
        return (self.mask.cumsum(1) - 1).clamp(min=0)

    def rows(self, index: Tensor) -> "Prompted":
        """The prompts `index` [S], any of them any number of times."""
        return Prompted(self.embeds[index], self.mask[index])


@dataclass
class Knowledge:
    """What a checkpoint knows beside its weights: its prompt, and the options and thresholds of each corpus."""

    prompt: Prompt = field(default_factory=Prompt)
    emotions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    thresholds: dict[str, dict[str, object]] = field(default_factory=dict)  # zoo.acoustics.levels.Thresholds as JSON


class SpeechLM(nn.Module):
    """Encoder, prosody head, adapter and backbone, joined, and a judge's scorer; what a stage does not need is None."""

    def __init__(
        self,
        encoder: Encoder,
        prosody: ProsodyHead | None = None,
        adapter: Adapter | None = None,
        backbone: Backbone | None = None,
        scorer: Scorer | None = None,
        enrolment: Enrolment | None = None,
    ) -> None:
        super().__init__()
        self.encoder, self.prosody, self.scorer, self.enrolment = encoder, prosody, scorer, enrolment
        self._adapter, self._backbone = adapter, backbone
        self.knowledge = Knowledge()
        self.frame_cache = FrameCache()
        self._means: dict[Path, Tensor] = {}  # of clips that a frozen encoder has heard
        self.loaded: set[str] = set()  # canonical names of tensors that a checkpoint changed

    @property
    def adapter(self) -> Adapter:
        """The adapter; a stage that has none must not ask for it."""
        assert self._adapter is not None
        return self._adapter

    @property
    def backbone(self) -> Backbone:
        """The backbone; a stage that has none must not ask for it."""
        assert self._backbone is not None
        return self._backbone

    @property
    def form(self) -> AnswerForm:
        """What it writes its answers in."""
        return answer_form(self.knowledge.prompt.form)

    @property
    def device(self) -> torch.device:
        """Where the model lies."""
        return next(self.parameters()).device

    def frames(self, waves: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        """Encode waves of any lengths, each [N] at 16 kHz, to frames [B, T, D] and their mask [B, T].

        The mask is True where a frame begins in its wave. A frozen encoder's frames are remembered and never computed
        twice.
        """
        frames, mask = self._encoded(waves)
        return frames, self._inside(mask, waves)

    def _inside(self, mask: Tensor, waves: Sequence[Tensor]) -> Tensor:
        return self.encoder.inside(mask, torch.tensor([wave.numel() for wave in waves]))

    def _encoded(self, waves: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        """Frames and mask as the encoder gives them, the silence that fills a window included."""
        if not any(p.requires_grad for p in self.encoder.parameters()):
            return self.frame_cache.frames(self.encoder, waves)
        lengths = torch.tensor([wave.numel() for wave in waves], device=self.device)
        return self.encoder(pad_sequence([w.to(self.device) for w in waves], batch_first=True), lengths)  # [B, T, D]

    def listen(
        self, waves: Sequence[Tensor], enrolled: Sequence[Sequence[Path]] = (), hidden: Tensor | None = None
    ) -> Heard:
        """Hear waves: frames, cue tokens where the prosody head hands them over, audio tokens.

        `enrolled` holds a row of clips of the same speaker for each wave, or nothing, for a model with an enrolment:
        its adapter gets frames relative to them. `hidden` [B] is True where the adapter tells nothing of the frames.
        A `ZooError` if no audio token comes of a wave.
        """
        frames, mask = self._encoded(waves)
        inside = self._inside(mask, waves)
        _need_audio(inside.sum(1))
        told = self.relative(frames, mask, enrolled)
        cues = affect = None
        if self.prosody is not None and self.prosody.tokens_dim is not None:
            cues = self.prosody.tokens(frames, inside)
        if self.prosody is not None and self.prosody.affect is not None:
            affect = self.prosody.affect(told, inside)
        tokens, token_mask = self.adapter(told, mask, cues, affect, None if hidden is None else hidden.to(mask.device))
        _need_audio(token_mask.sum(1) - (0 if cues is None else cues.shape[1]))  # cues alone are no audio
        return Heard(frames, inside, tokens, token_mask)

    def relative(self, frames: Tensor, mask: Tensor, enrolled: Sequence[Sequence[Path]] = ()) -> Tensor:
        """Frames [B, T, D] relative to the speakers' `enrolled` clips where there is an enrolment; else as they are."""
        if self.enrolment is None:
            return frames
        return self.enrolment(frames, mask, *self._speakers(enrolled or [()] * len(frames)))

    def clip_mean(self, path: Path) -> Tensor:
        """The mean frame [D] of a clip, without gradient; a frozen encoder hears each clip once."""
        frozen = not any(p.requires_grad for p in self.encoder.parameters())
        if frozen and path in self._means:
            return self._means[path].to(self.device)
        with torch.no_grad():
            frames, mask = self.frames([torch.from_numpy(read_wave(path).samples).to(self.device)])  # [1, T, D]
            mean = frames[mask].mean(0)
        if frozen:
            self._means[path] = mean.cpu()
        return mean

    def _speakers(self, enrolled: Sequence[Sequence[Path]]) -> tuple[Tensor, Tensor]:
        """The mean frame of each row's clips [B, D] and how many they are [B]."""
        nothing = torch.zeros(self.encoder.dim, device=self.device)
        rows = [torch.stack([self.clip_mean(path) for path in row]).mean(0) if row else nothing for row in enrolled]
        return torch.stack(rows), torch.tensor([len(row) for row in enrolled], device=self.device)

    def prompt(self, heard: Heard, emotions: Sequence[Sequence[str]]) -> Prompted:
        """Splice each utterance's audio tokens into its prompt, with its own option list; padded on the left."""
        tokenizer, around = self.backbone.tokenizer, self.backbone.around_audio
        return self.splice(heard, [self.knowledge.prompt.ids(tokenizer, options, around) for options in emotions])

    def splice(self, heard: Heard, around: Sequence[tuple[list[int], list[int]]]) -> Prompted:
        """Put each utterance's audio tokens between the token ids before and after them; padded on the left."""
        rows = []
        for tokens, mask, (before, after) in zip(heard.tokens, heard.token_mask, around, strict=True):
            rows.append(torch.cat([self._embed(before), tokens[mask], self._embed(after)]))  # [P, D]
        longest = max(len(row) for row in rows)
        embeds = torch.stack([nn.functional.pad(row, (0, 0, longest - len(row), 0)) for row in rows])  # [B, P, D]
        lengths = torch.tensor([len(row) for row in rows], device=embeds.device)
        mask = torch.arange(longest, device=embeds.device) >= longest - lengths[:, None]  # [B, P]
        return Prompted(embeds, mask)

    def _embed(self, ids: list[int]) -> Tensor:
        return self.backbone.embed(torch.tensor([ids], dtype=torch.long, device=self.device))[0]


def _need_audio(counts: Tensor) -> None:
    """Refuse utterances [B] of which nothing is left: their answers would be made of the prompt alone."""
    if (counts < 1).any():
        raise ZooError(
            "an utterance gave no audio tokens, so its answer would be made of the prompt alone: it is too short; "
            "leave it out, or take a smaller adapter.stride"
        )

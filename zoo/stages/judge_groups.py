"""The traces that a judge learns from: written and damaged ones, marked ones from files, and those of policies."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import torch
from torch import Tensor

from zoo.core.criteria import Marks
from zoo.core.errors import ZooError
from zoo.data.loader import Batch
from zoo.data.marked import read_marked
from zoo.data.utterance import Utterance
from zoo.models.load import load_model
from zoo.models.rollout import sample
from zoo.models.speech_lm import SpeechLM
from zoo.text.answer_form import AnswerForm
from zoo.text.damage import Subject, marks, written
from zoo.text.facts import Facts
from zoo.text.grounds import Values, truth
from zoo.text.trace import render

MAX_NEW_TOKENS = 128  # of a policy's trace


@dataclass(frozen=True)
class MarkedTrace:
    """A trace as text, and the marks that it is to be given."""

    text: str
    marks: Marks
    true: Values  # what is known of the voice


def subject_of(utterance: Utterance, emotions: tuple[str, ...], style: str) -> Subject:
    """What is known of an utterance, for whoever writes about it or marks what was written."""
    assert utterance.cues is not None
    facts = Facts(utterance.cues, utterance.gender, None, utterance.transcription)
    return Subject(facts, emotions, utterance.dataset, style, utterance.language)


def learnt(subject: Subject, emotion: str | None, count: int, random: Random) -> list[MarkedTrace]:
    """Traces that are written and damaged for this step."""
    true = truth(subject.facts)
    return [MarkedTrace(render(one.trace), one.marks, true) for one in written(subject, emotion, count, random)]


class Files:
    """Traces that somebody else marked, by the utterance that they are about."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.by_audio: dict[Path, list[tuple[str, Marks]]] = defaultdict(list)
        self.bad = 0
        for path in paths:
            good, bad = read_marked(path)
            self.bad += len(bad)
            for row in good:
                self.by_audio[row.utterance.audio_path.resolve()].append((row.text, row.marks))

    def refuse_held_out(self, held_out: Sequence[Utterance]) -> None:
        """Raise a `ZooError` where marks are about utterances that the judge is tested on."""
        shared = [u for u in held_out if u.audio_path.resolve() in self.by_audio]
        if shared:
            raise ZooError(
                f"stage.marked holds traces about {len(shared)} held-out utterances ({shared[0].key} first); leave out "
                "the lines of held-out speakers"
            )

    def of(self, utterance: Utterance, subject: Subject, count: int, random: Random) -> list[MarkedTrace]:
        """Up to so many of an utterance's traces."""
        rows = self.by_audio.get(utterance.audio_path.resolve(), [])
        true = truth(subject.facts)
        return [MarkedTrace(*row, true) for row in random.sample(rows, min(count, len(rows)))]


class Policies:
    """Frozen checkpoints whose sampled traces are marked by rule: what a judge will meet when it trains a policy."""

    def __init__(self, names: Sequence[str]) -> None:
        self.models: list[SpeechLM] = [load_model(name).requires_grad_(False) for name in names]

    @torch.no_grad()
    def sampled(self, batch: Batch, subjects: Sequence[Subject], count: int, random: Random) -> list[list[MarkedTrace]]:
        """For each utterance, `count` answers of one of the policies as far as they are traces."""
        if not self.models or not count:
            return [[] for _ in batch.utterances]
        model = random.choice(self.models).to(batch.waves[0].device)
        prompted = model.prompt(model.listen(batch.waves, batch.enrolled), batch.emotions)
        generator = torch.Generator(model.device).manual_seed(random.getrandbits(63))
        rollout = sample(
            model.backbone, prompted, count, max_new_tokens=MAX_NEW_TOKENS, temperature=1.0, generator=generator
        )
        texts = rollout.texts(model.backbone)
        rows = [texts[at : at + count] for at in range(0, len(texts), count)]
        return [_by_rule(mine, subject, model.form) for mine, subject in zip(rows, subjects, strict=True)]


def _by_rule(texts: Sequence[str], subject: Subject, form: AnswerForm) -> list[MarkedTrace]:
    """A judge reads every trace in one format, whatever form a policy writes it in."""
    true, traces = truth(subject.facts), [form.parse(text, subject.emotions) for text in texts]
    return [MarkedTrace(render(trace), marks(trace, subject), true) for trace in traces if trace is not None]


def wanted(traces: Sequence[MarkedTrace], device: torch.device) -> Tensor:
    """Their marks, [S, 4]."""
    rows = [list(trace.marks.to_dict().values()) for trace in traces]
    return torch.tensor(rows, device=device, dtype=torch.float32)

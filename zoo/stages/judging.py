"""A trained judge at work: a checkpoint with a scorer, behind the interface of every other judge."""

from collections.abc import Callable

import torch

from zoo.acoustics.wave import read_wave
from zoo.core.criteria import Marks, Scores
from zoo.core.errors import ZooError
from zoo.models.judging import judge_prompt, judge_traces, scorer_of
from zoo.models.load import load_model
from zoo.rewards.reward import Group, Judge, JudgeFailed
from zoo.text.trace import render

Device = Callable[[], torch.device]


class TrainedJudge(Judge):
    """Hears an utterance and marks all its traces in one pass. It is frozen and is no part of what a stage trains."""

    def __init__(self, name: str, device: Device) -> None:
        self.model, self.device = load_model(name).requires_grad_(False), device
        self.scorer = scorer_of(self.model, f"checkpoint {name}")

    @torch.no_grad()
    def judge(self, group: Group) -> list[Scores | None]:
        """Return G scores. Raises `JudgeFailed` where the audio cannot be read."""
        traces = [answer.trace for answer in group.answers]
        texts = list(dict.fromkeys(render(trace) for trace in traces if trace is not None))
        if not texts:
            return [None] * len(traces)
        try:
            wave = read_wave(group.utterance.audio_path)
        except ZooError as error:
            raise JudgeFailed(str(error)) from None
        model = self.model.to(self.device())
        prompted = judge_prompt(model, model.listen([torch.from_numpy(wave.samples)], [group.utterance.enrolled]))
        marks = self.scorer.marks(judge_traces(model, prompted, texts).log_probs).tolist()
        scores = {text: Marks(*row).scores() for text, row in zip(texts, marks, strict=True)}
        return [None if trace is None else scores[render(trace)] for trace in traces]


def load_judge(device: Device) -> Callable[[str], Judge]:
    """What opens a judge that a recipe names as a checkpoint, to work where a stage's model lies."""
    return lambda name: TrainedJudge(name, device)

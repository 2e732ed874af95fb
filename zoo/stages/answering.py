"""Evaluating answers: one greedy answer to each held-out utterance, and what it is worth."""

from typing import Any

import torch
from torch import Tensor
from torchmetrics import MeanMetric, MetricCollection

from zoo.core.registry import judges
from zoo.data.loader import Batch, SpeechData
from zoo.models.rollout import Rollout, sample
from zoo.models.speech_lm import Prompted
from zoo.rewards.reward import Answer, Group, Judge, JudgeFailed
from zoo.rewards.total import Rewards, Scored
from zoo.stages.captioned import captioned
from zoo.stages.judging import load_judge
from zoo.stages.quality import Panel
from zoo.stages.ranks import of_all_ranks, of_the_first
from zoo.stages.said import Said, said
from zoo.stages.score import EmotionScore, Told
from zoo.stages.stage import SAMPLING, Context, Stage
from zoo.text.trace import Trace

# The paper's rewards, for the evaluation of stages whose recipe has none.
REWARDS: dict[str, Any] = {"format": {}, "outcome": {}, "reasoning": {}}


class Answering(Stage):
    """A stage whose model answers; its evaluation is the same before, between and after trainings."""

    def __init__(self, context: Context, max_new_tokens: int) -> None:
        super().__init__(context)
        self.max_new_tokens = max_new_tokens
        self.rewards = Rewards(context.rewards or REWARDS, load_judge(lambda: self.device))
        names = ("reward", "format", "reasoning", "grounded", "true_claims", "answer_tokens")
        self.means = MetricCollection({name: MeanMetric(nan_strategy="ignore") for name in names})
        self.score = EmotionScore(context.model.knowledge.emotions)
        self.answered: list[Said] = []  # of the last evaluation, on this rank
        self.panel: Panel | None = None  # judges that did not train it, where an evaluation asks for them
        self.grounding: Judge = judges.build("grounding")  # whoever judges in training, the signal is asked too

    def prepare(self, data: SpeechData) -> None:
        """Give every utterance what an answer in this form is compared with, where that is a text."""
        if style := self.model.form.reference_style:
            data.train_utterances = captioned(data.train_utterances, style)
            data.test_utterances = captioned(data.test_utterances, style)

    def prompt(self, batch: Batch) -> Prompted:
        """Hear a batch and put it into its prompts."""
        return self.model.prompt(self.model.listen(batch.waves, batch.enrolled), batch.emotions)

    def rollout(
        self, prompted: Prompted, group_size: int, temperature: float, top_p: float = 1.0, purpose: int = SAMPLING
    ) -> Rollout:
        """Sample answers; the random stream is this step's and this purpose's own."""
        with self.model.backbone.merged():  # a LoRA costs two more products a layer and token; merged it costs none
            return sample(
                self.model.backbone,
                prompted,
                group_size,
                max_new_tokens=self.max_new_tokens,
                temperature=temperature,
                top_p=top_p,
                generator=self.generator(purpose),
            )

    def groups(self, batch: Batch, rollout: Rollout) -> list[Group]:
        """Answers as groups, one an utterance."""
        texts = rollout.texts(self.model.backbone)
        size = len(texts) // len(batch.utterances)
        options = [emotions for emotions in batch.emotions for _ in range(size)]
        answers = [
            Answer(text, self.model.form.parse(text, emotions), ended)
            for text, emotions, ended in zip(texts, options, rollout.ended.tolist(), strict=True)
        ]
        rows = zip(batch.utterances, batch.emotions, range(0, len(answers), size), strict=True)
        return [Group(utterance, emotions, tuple(answers[at : at + size])) for utterance, emotions, at in rows]

    def test_step(self, batch: Batch, index: int) -> None:
        """Answer a batch greedily and count."""
        rollout = self.rollout(self.prompt(batch), 1, temperature=0.0)
        groups = self.groups(batch, rollout)
        scored = of_the_first(lambda: self.rewards.score(groups))
        reward = self._reward(scored)  # [B, 1]
        self.means["reward"].update(reward)
        self.answered += said(groups, rollout.mask.sum(1), reward, scored.parts, form=self.model.knowledge.prompt.form)
        self.means["format"].update(torch.tensor([float(g.answers[0].trace is not None) for g in groups]))
        if "reasoning" in scored.parts and not scored.judge_failures:
            self.means["reasoning"].update(scored.parts["reasoning"].nan_to_num(nan=0.0))  # no trace, no reasoning
        self.means["answer_tokens"].update(rollout.mask.sum(1).float())
        for group in groups:
            trace, utterance = group.answers[0].trace, group.utterance
            found = self._ground(group)
            for name, value in found.items():
                self.means[name].update(value)
            marks = self.panel.mark(group) if self.panel is not None else {}
            self.score.told(utterance, " ".join(trace.answer.lower().split()) if trace else "", {**found, **marks})

    def _ground(self, group: Group) -> dict[str, float]:
        """Hold a trace against what was measured; no trace says nothing true."""
        try:
            (scores,) = self.grounding.judge(group)
        except JudgeFailed:  # nothing was measured
            return {}
        return {"grounded": scores.mean if scores else 0.0, "true_claims": scores.factual if scores else 0.0}

    def _reward(self, scored: Scored) -> Tensor:
        """The total reward with the gate open and full trust, so that runs at any point of a schedule compare."""
        weights = {name: reward.weight for name, reward in self.rewards.rewards.items()}
        return torch.stack([weights[name] * part for name, part in scored.parts.items()]).nansum(0)

    def results(self) -> dict[str, Any]:
        """The figures of the last evaluation."""
        quality = {"quality": self.panel.results()} if self.panel is not None else {}
        means = {name: float(value) for name, value in self.means.compute().items()}
        return {**self.score.results(), **means, **self._of_form(), **quality}

    def _of_form(self) -> dict[str, float]:
        """What the answer form alone is measured by."""
        rows = self.said()
        wanted = [Trace(row.reference or "", row.emotion, row.transcription) for row in rows]
        return self.model.form.figures([(row.trace, trace) for row, trace in zip(rows, wanted, strict=True)])

    def told(self) -> list[Told]:
        """See `Stage.told`."""
        return of_all_ranks(self.score.rows)

    def said(self) -> list[Said]:
        """See `Stage.said`."""
        return of_all_ranks(self.answered)

    def counted(self) -> dict[str, list[Any]]:
        """See `Stage.counted`."""
        rows: dict[str, list[Any]] = {"told": self.score.rows, "said": self.answered}
        return rows | ({"marked": self.panel.rows} if self.panel is not None else {})

    def on_test_epoch_start(self) -> None:
        """Count from zero."""
        self.means.reset()
        self.score.reset()
        self.answered = []
        if self.panel is not None:
            self.panel.reset()

    def on_test_epoch_end(self) -> None:
        """Log the figures where TensorBoard shows them."""
        self.log_dict({f"test/{name}": value for name, value in self.results().items() if isinstance(value, float)})

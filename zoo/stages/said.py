"""Answers as a report shows them: what was said of which recording, how long it is and what it is worth."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from zoo.core.lines import Appender, read_lines
from zoo.data.utterance import Utterance
from zoo.rewards.reward import Group
from zoo.text.answer_form import answer_form
from zoo.text.prompt import FORM
from zoo.text.trace import Trace

SAMPLES = "samples.jsonl"  # in a run's folder: the answers that were looked at while it trained


@dataclass(frozen=True)
class Said:
    """One answer, and what is known of its utterance without its audio. Plain types."""

    key: str
    audio_path: str
    dataset: str
    emotion: str
    answer: str  # "" where the text has no form
    text: str
    tokens: int
    reward: float | None  # the total
    cues: dict[str, Any] | None
    gender: str | None
    transcription: str | None
    language: str
    step: int | None = None  # of the training; None in an evaluation
    place: int = 0  # among the answers to the utterance
    trust: float | None = None
    parts: dict[str, float] | None = None  # the rewards it is made of, unweighted
    form: str = FORM  # the answer form it was to have
    reference: str | None = None  # the text it is compared with, where its corpus brings one or its form needs one

    @property
    def right(self) -> bool:
        """Whether the emotion is told."""
        return self.answer == self.emotion

    @property
    def trace(self) -> Trace | None:
        """What was said, by its parts; None where the text has no form."""
        return answer_form(self.form).parse(self.text)


def said(
    groups: Sequence[Group],
    tokens: Tensor,
    rewards: Tensor,
    parts: dict[str, Tensor] | None = None,
    trust: Tensor | None = None,
    step: int | None = None,
    form: str = FORM,
) -> list[Said]:
    """Answers of B groups of G: `tokens` [B * G], `rewards` and each of `parts` [B, G], `trust` [B]."""
    rows = []
    lengths, worth = tokens.view(len(groups), -1).tolist(), rewards.tolist()
    each = {name: part.tolist() for name, part in (parts or {}).items()}
    for row, group in enumerate(groups):
        for place, answer in enumerate(group.answers):
            rows.append(
                Said(
                    **about(group.utterance),
                    answer=" ".join(answer.trace.answer.lower().split()) if answer.trace else "",
                    text=answer.text,
                    tokens=int(lengths[row][place]),
                    reward=_number(worth[row][place]),
                    step=step,
                    place=place,
                    trust=None if trust is None else _number(float(trust[row])),
                    parts={name: v for name, part in each.items() if (v := _number(part[row][place])) is not None},
                    form=form,
                )
            )
    return rows


def about(utterance: Utterance) -> dict[str, Any]:
    """What is known of an utterance, by the names of `Said`."""
    return {
        "key": utterance.key,
        "audio_path": str(utterance.audio_path),
        "dataset": utterance.dataset,
        "emotion": utterance.emotion or "",
        "cues": None if utterance.cues is None else utterance.cues.to_dict(),
        "gender": utterance.gender,
        "transcription": utterance.transcription,
        "language": utterance.language,
        "reference": utterance.reasoning,
    }


def keep(run: Path, rows: Iterable[Said]) -> None:
    """Add answers to a run's own file."""
    with Appender(run / SAMPLES) as file:
        for row in rows:
            file.write(asdict(row))


def kept(run: Path) -> list[Said]:
    """The answers in a run's file in the order of steps; of a step that a resumed run did again, the later ones."""
    rows = {(row["step"], row["key"], row["place"]): Said(**row) for _, row in read_lines(run / SAMPLES)}
    return sorted(rows.values(), key=lambda row: row.step or 0)


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 6)

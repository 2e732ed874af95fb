"""What the field asks of an evaluation: WA, UA, F1, recall, confusion, with intervals, split, overlap and label map."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torchmetrics.functional.classification import (
    multiclass_accuracy,
    multiclass_confusion_matrix,
    multiclass_f1_score,
    multiclass_recall,
)

from zoo.report.annotators import annotator_measures
from zoo.report.intervals import MEASURES, Rows, drawn
from zoo.text.emotions import nine_of, to_nine

OUTSIDE = "outside the options"
Emotions = Mapping[str, Sequence[str]]  # of each data set, its option list


def measures(rows: Rows, emotions: Emotions) -> dict[str, Any]:
    """The figures of answers: each of `rows` tells dataset, speaker, emotion and answer.

    `accuracy` (WA), `uar` (UA, mean recall), `macro_f1` and `weighted_f1`, the last three over the emotions that occur;
    `intervals`, their 95 % ends by a bootstrap over speakers, None for a single speaker; `recall` and `f1` by emotion;
    `confusion` with one column for answers outside the option list, which are wrong and counted in `outside_options`;
    `by_speaker`, of each data set's speakers `n`, `accuracy`, `uar` and `recall` by emotion; `n`, `speakers`, and
    `labels`, which of the nine each word means (None: none of them); `annotators`, by data set, where its utterances
    have every annotator's label.
    """
    names = [(dataset, word) for dataset, words in sorted(emotions.items()) for word in words]
    place = {name: i for i, name in enumerate(names)}
    true = torch.tensor([place[row["dataset"], row["emotion"]] for row in rows])
    told = torch.tensor([place.get((row["dataset"], row["answer"]), len(names)) for row in rows])
    many = len(names) + 1
    confusion = multiclass_confusion_matrix(told, true, many)[:-1]  # [C, C + 1]; no utterance is truly outside
    seen = confusion.sum(1) > 0
    recall, f1 = (
        of(told, true, many, average="none")[:-1] for of in (multiclass_recall, multiclass_f1_score)
    )  # over all C + 1 classes a mean would count the answers outside as a class of its own
    share = confusion.sum(1)[seen] / len(true)
    found = drawn([rows])
    votes = {
        name: scored
        for name, words in sorted(emotions.items())
        if (scored := annotator_measures([row for row in rows if row["dataset"] == name], words)) is not None
    }
    written = [f"{dataset}: {word}" for dataset, word in names]
    return {
        "accuracy": float(multiclass_accuracy(told, true, many, average="micro")),
        "uar": float(recall[seen].mean()),
        "macro_f1": float(f1[seen].mean()),
        "weighted_f1": float((f1[seen] * share).sum()),
        "intervals": {name: _ends(getattr(found, name)) for name in MEASURES},
        "recall": {name: float(recall[i]) for i, name in enumerate(written) if seen[i]},
        "f1": {name: float(f1[i]) for i, name in enumerate(written) if seen[i]},
        "confusion": {"rows": written, "columns": [*written, OUTSIDE], "counts": confusion.tolist()},
        "outside_options": int(confusion[:, -1].sum()),
        "by_speaker": {name: by_speaker([row for row in rows if row["dataset"] == name]) for name in sorted(emotions)},
        "n": len(true),
        "speakers": len({(row["dataset"], row["speaker"]) for row in rows}),
        "labels": {name: {word: nine(name, word) for word in words} for name, words in sorted(emotions.items())},
        **({"annotators": votes} if votes else {}),
    }


def by_speaker(rows: Rows) -> dict[str, Any]:
    """The figures of each speaker of one corpus: `n`, `accuracy`, `uar`, and `recall` of the emotions there are."""
    found = {}
    for speaker in sorted({row["speaker"] for row in rows}):
        own = [row for row in rows if row["speaker"] == speaker]
        said = {word: [row["answer"] == word for row in own if row["emotion"] == word] for word in _emotions(own)}
        recall = {word: sum(hits) / len(hits) for word, hits in said.items()}
        right = sum(row["answer"] == row["emotion"] for row in own)
        uar = sum(recall.values()) / len(recall)
        found[speaker] = {"n": len(own), "accuracy": right / len(own), "uar": uar, "recall": recall}
    return found


def _emotions(rows: Rows) -> list[str]:
    return sorted({row["emotion"] for row in rows})


def nine(dataset: str, word: str) -> str | None:
    """Which of the nine a corpus's word means; of a corpus without a map, what it means in those that have one."""
    return to_nine(dataset, word) or nine_of(word)


def _ends(found: Any) -> list[float] | None:
    return None if found.low is None else [found.low, found.high]

"""Scoring against every annotator's label, where a corpus tells them, and not their majority's alone.

After the any-annotator scoring of arXiv 2509.24187; what it leaves open is said at each figure.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import torch
from torchmetrics.functional.classification import multiclass_f1_score

from zoo.report.intervals import Rows


def annotator_measures(rows: Rows, options: Sequence[str]) -> dict[str, Any] | None:
    """The figures of one corpus's answers, over the utterances with a vote among the options; None if there is none.

    `any_match`: the share of answers that at least one annotator gave. `any_macro_f1`: macro F1 where such an answer
    counts as the reference, else the reference is the corpus's own label. `chance`: the any-match rate of an option
    drawn evenly. `majority`, `majority_any_match` and `majority_any_macro_f1`: always the commonest label. `n`, and
    `votes`, their mean number an utterance, those outside the options included.
    """
    voted = [row for row in rows if set(row.get("votes") or ()) & set(options)]
    if not voted:
        return None
    given = [set(row["votes"]) & set(options) for row in voted]
    majority = Counter(row["emotion"] for row in voted).most_common(1)[0][0]
    answers, always = [row["answer"] for row in voted], [majority] * len(voted)
    return {
        "any_match": _any_match(answers, given),
        "any_macro_f1": _macro_f1(answers, given, voted, options),
        "chance": sum(len(words) / len(options) for words in given) / len(voted),
        "majority": majority,
        "majority_any_match": _any_match(always, given),
        "majority_any_macro_f1": _macro_f1(always, given, voted, options),
        "n": len(voted),
        "votes": sum(len(row["votes"]) for row in voted) / len(voted),
    }


def _any_match(answers: Sequence[str], given: Sequence[set[str]]) -> float:
    return sum(answer in words for answer, words in zip(answers, given, strict=True)) / len(given)


def _macro_f1(answers: Sequence[str], given: Sequence[set[str]], rows: Rows, options: Sequence[str]) -> float:
    """Macro F1 over the emotions that are a reference; answers outside the options have no part in the mean."""
    place = {word: i for i, word in enumerate(options)}
    credited = [a if a in words else row["emotion"] for a, words, row in zip(answers, given, rows, strict=True)]
    true = torch.tensor([place[word] for word in credited])
    told = torch.tensor([place.get(answer, len(options)) for answer in answers])
    f1 = multiclass_f1_score(told, true, len(options) + 1, average="none")
    return float(f1[true.unique()].mean())

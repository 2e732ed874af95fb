"""Marks by rule: of the traces that a file holds, or of traces written and damaged about its utterances.

The rules hold a trace's claims against what was measured, so they cost nothing and hear nothing (`zoo.text.damage`).
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from zoo.core.lines import dumps, replaced
from zoo.data.marked import Marked, to_row, traced_utterance
from zoo.data.rows import BadLine, read_objects
from zoo.report.marks import errors_of, response_of, trace_of
from zoo.text.api_marker import can_be_judged
from zoo.text.collect import Counts, Failed
from zoo.text.damage import RULES, Subject, marks, written
from zoo.text.emotions import LABELS, NINE
from zoo.text.facts import read_facts
from zoo.text.trace import render


def mark_by_rule(
    source: Path, out: Path, damaged: int = 0, seed: int = 0, progress: Callable[[Counts], None] = lambda counts: None
) -> Counts:
    """Mark every trace of `source`, or `damaged` traces written about each of its utterances; failures are kept aside.

    The whole file is written at once: the same input and seed give the same bytes.
    """
    counts = Counts()
    with replaced(out) as good, replaced(errors_of(out)) as bad:
        for found in read_objects(source):
            try:
                for row in _marked(found, source, damaged, seed):
                    good.write(dumps(to_row(row, out.parent)) + "\n")
                    counts.done += 1
            except (ValueError, TypeError, Failed) as error:
                number = found.number if isinstance(found, BadLine) else found[0]
                bad.write(dumps({"line": number, "reason": str(error)}) + "\n")
                counts.failed += 1
            progress(counts)
    return counts


def _marked(found: Any, source: Path, damaged: int, seed: int) -> Iterator[Marked]:
    if isinstance(found, BadLine):
        raise Failed(found.reason)
    _, row = found
    utterance, facts = traced_utterance(row, source), read_facts(row)
    can_be_judged(facts)
    emotions = tuple(LABELS.get(utterance.dataset, NINE))
    subject = Subject(facts, emotions, utterance.dataset, language=utterance.language)
    if not damaged:
        text = response_of(row)
        yield Marked(utterance, text, marks(trace_of(text), subject), RULES)
    for done in written(subject, utterance.emotion, damaged, Random(f"{seed} {utterance.key}")):
        yield Marked(utterance, render(done.trace), done.marks, RULES, done.damage)

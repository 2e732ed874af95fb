"""The file of marked traces: which traces there are to mark, each marked once by whoever marks them, appended, resumed.

    write_marks(Path("in.jsonl"), Path("out.jsonl"), "gpt-4o", marker)

A line of the input is an annotated utterance with a trace to mark: `response`, as a policy gave it, or else `reasoning`
and `emotion`, as `zoo.annotate --reason` writes them.
"""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from zoo.core.criteria import Marks
from zoo.core.fields import field
from zoo.data.journal import beside
from zoo.data.marked import damage_of, traced_utterance, utterance_row
from zoo.data.rows import BadLine, read_objects
from zoo.data.utterance import Utterance
from zoo.text.api_marker import can_be_judged
from zoo.text.collect import IN_FLIGHT, Counts, Failed, Job, collect, finished, fresh
from zoo.text.endpoint import Message
from zoo.text.facts import Facts, read_facts
from zoo.text.marking import question
from zoo.text.trace import Trace, parse, render

# The marks of a trace about an utterance of which these facts are known; a `Failed` says why there are none. It is
# called by several threads at once.
Marker = Callable[[Utterance, Facts, Trace], Marks]
NO_TRACE = "the response is not one think block and then one answer block"


def write_marks(
    source: Path,
    out: Path,
    by: str,
    marker: Marker,
    in_flight: int = IN_FLIGHT,
    progress: Callable[[Counts], None] = lambda counts: None,
) -> Counts:
    """Mark every trace of `source` that `out` does not hold with marks by `by`; what fails goes to `errors_of(out)`.

    Raises:
        ZooError: as `zoo.text.collect.collect`; the next run goes on from what is in the file.
    """

    def work(job: Job) -> Job:
        if "reason" in job:
            raise Failed(job["reason"])
        facts, trace = read_facts(job), trace_of(job["response"])
        return {**job, "marks": marker(traced_utterance(job, out), facts, trace).to_dict()}

    return collect(_jobs(source, out, by), work, out, errors_of(out), _key, in_flight, progress)


def to_mark(source: Path, out: Path, by: str) -> Iterator[Job]:
    """What `write_marks` has still to do; a job that cannot be done says why in `reason`."""
    return fresh(_jobs(source, out, by), _key, finished(out, _key), Counts())


def prompt(job: Job) -> list[Message]:
    """What an LLM would be asked about a job that can be done."""
    return question(read_facts(job), trace_of(job["response"]))


def errors_of(out: Path) -> Path:
    """Where failures are kept: `out.errors.jsonl` beside `out.jsonl`."""
    return beside(out, "errors.jsonl")


def _jobs(source: Path, out: Path, by: str) -> Iterator[Job]:
    """The traces of a file, one by one; rows that the file calls duplicates of another recording are left out."""
    for found in read_objects(source):
        if isinstance(found, BadLine):
            yield {"line": found.number, "audio_path": found.audio_path, "reason": found.reason}
            continue
        number, row = found
        if row.get("duplicate_of"):
            continue
        try:
            yield _job(row, source, out, by)
        except (ValueError, TypeError, Failed) as error:
            yield {"line": number, "audio_path": row.get("audio_path"), "reason": str(error)}


def _job(row: dict[str, Any], source: Path, out: Path, by: str) -> Job:
    """The line of the output without its marks; a `ValueError` or `Failed` says why the trace cannot be marked."""
    utterance, facts = traced_utterance(row, source), read_facts(row)
    can_be_judged(facts)
    text = response_of(row)
    trace_of(text)
    known = {**utterance_row(utterance, out.parent), "age_level": facts.age}
    return {**known, "response": text, "by": by, "damage": damage_of(row)}


def response_of(row: dict[str, Any]) -> str:
    """A line's whole response, or its reasoning and emotion as one; a `ValueError` says what is wrong."""
    response, reasoning, emotion = row.get("response"), field(row, "reasoning"), field(row, "emotion")
    if response is None:
        if not isinstance(reasoning, str) or not isinstance(emotion, str):
            raise ValueError("no response, and no reasoning with an emotion either")
        return render(Trace(reasoning, emotion))
    if not isinstance(response, str):
        raise ValueError("the response is no text")
    return response


def trace_of(response: str) -> Trace:
    """The trace of a response; a `Failed` says that there is none."""
    trace = parse(response)
    if trace is None:
        raise Failed(NO_TRACE)
    return trace


def _key(row: Job) -> str:
    """What marks are of: who marks what trace of which utterance, and all that is known of it; as a digest."""
    if "reason" in row:
        return f"line {row['line']}"
    marked = f"{row['by']} {row['audio_path']} {read_facts(row)} {row['response']}"
    return hashlib.sha256(marked.encode("utf-8", "replace")).hexdigest()[:32]

"""The API writer: reasoning traces by an LLM from an utterance's annotation, as EmotionCoT had them from GPT-4o.

    reasons(rows, Path("out.jsonl"), Endpoint("gpt-4o"), progress=print)    # rows of annotations, in any number
    for line in dry_run(rows): ...                                          # the prompts, without any call

A row needs `audio_path` and an emotion under the field names of arXiv 2601.15668 or their aliases
(`zoo.core.fields`); what it says of the voice and the speaker is all that the trace may state. The same row comes out
with `reasoning` and `reasoning_by`, the model's name. Rows already in the file are left out, so the same command goes
on after a kill; a row whose facts or emotion have changed is asked about anew, and its later line holds. What fails is
kept in `<out>.reasons.errors.jsonl` with its reason and tried again by the next run.

An answer is accepted if it has about the right length, names the right emotion last and not first, and claims nothing
that the annotation does not say (`zoo.text.claims`); otherwise it is asked for once more with what was wrong.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from zoo.core.fields import field
from zoo.text.api_prompt import ask_again, messages
from zoo.text.checking import faults
from zoo.text.collect import IN_FLIGHT, Counts, Failed, collect
from zoo.text.endpoint import Client, Endpoint, Message
from zoo.text.facts import Facts, read_facts

Row = dict[str, Any]


def reasons(
    rows: Iterable[Row],
    out: Path,
    endpoint: Endpoint,
    *,
    in_flight: int = IN_FLIGHT,
    errors: Path | None = None,
    progress: Callable[[Counts], None] = lambda counts: None,
) -> Counts:
    """Write a trace for every row that `out` does not hold yet, appended in the order in which they come.

    `rows` is read as it is needed. `progress` is told the counts of this run after each answer.

    Raises:
        ZooError: without the `openai` package or the key, if the endpoint refuses everything or is down, or if `out`
            holds something else. The next run goes on from what is in the file.
    """
    with Client(endpoint) as client:

        def work(row: Row) -> Row:
            return {**row, "reasoning": reason(client, row), "reasoning_by": endpoint.model}

        return collect(rows, work, out, errors or errors_beside(out), _key, in_flight, progress)


def dry_run(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield what would be asked: `audio_path` and `messages`, or `audio_path` and the `reason` why nothing would be."""
    for row in rows:
        try:
            yield {"audio_path": field(row, "audio_path"), "messages": _question(row)[0]}
        except Failed as error:
            yield {"audio_path": field(row, "audio_path"), "reason": str(error)}


def errors_beside(out: Path) -> Path:
    """Where failures are kept: `out.reasons.errors.jsonl` beside `out.jsonl`."""
    return out.with_name(f"{out.stem}.reasons.errors.jsonl")


def reason(client: Client, row: Row) -> str:
    """Ask for one row's trace, and once more where the first is not acceptable.

    Raises:
        Failed: if the row cannot be written about, the second answer is not acceptable either, or none came.
    """
    question, facts, emotion = _question(row)
    text = client.ask(question)
    wrong = faults(text, facts, emotion)
    if wrong:
        text = client.ask(ask_again(question, text, wrong))
        wrong = faults(text, facts, emotion)
    if wrong:
        raise Failed(f"not acceptable twice: {'; '.join(wrong)}")
    return text


def _question(row: Row) -> tuple[list[Message], Facts, str]:
    if not isinstance(field(row, "audio_path"), str):
        raise Failed("no audio_path")
    emotion, facts = field(row, "emotion"), read_facts(row)
    if not isinstance(emotion, str):
        raise Failed("no emotion")
    if not facts.cues.known() and not facts.cues.stressed_words:
        raise Failed("nothing was measured of this voice, so there is nothing to reason from")
    return messages(facts, emotion), facts, emotion


def _key(row: Row) -> str:
    """What a trace is of: the utterance with what is known of it, so that a row annotated anew is asked about anew."""
    return f"{field(row, 'audio_path')} {field(row, 'emotion')} {read_facts(row)}"

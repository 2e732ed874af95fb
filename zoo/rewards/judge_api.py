"""The API judge: an LLM behind an OpenAI-compatible endpoint marks the traces of a group, told what was measured.

It hears nothing and never sees the reference emotion. The key comes from the environment (OPENAI_API_KEY) alone.
"""

from concurrent.futures import ThreadPoolExecutor

from zoo.acoustics.cues import Cues
from zoo.core.criteria import Scores
from zoo.core.errors import ZooError
from zoo.core.registry import judges
from zoo.data.utterance import Utterance
from zoo.rewards.reward import Group, Judge, JudgeFailed
from zoo.text.api_marker import mark
from zoo.text.collect import Failed
from zoo.text.endpoint import Client, Endpoint
from zoo.text.facts import Facts
from zoo.text.trace import Trace


@judges.offer("judge-api")
class JudgeApi(Judge):
    """Asks an OpenAI-compatible endpoint for the marks of each trace; costs money, and time in every step.

    Traces that are the same are asked about once in a run.

    Raises:
        ZooError: without the `openai` package or the key, now; in a step where the endpoint refuses everything.
    """

    def __init__(
        self,
        model: str,
        base_url: str | None = None,
        timeout_s: float = 60.0,
        tries: int = 3,
        in_flight: int = 8,
        temperature: float | None = None,
        max_tokens: int | None = None,
    ) -> None:
        if in_flight < 1:
            raise ZooError(f"{in_flight} questions in flight get nowhere; give 1 or more")
        self.in_flight = in_flight
        self.client = Client(
            Endpoint(model, base_url, timeout_s, tries, temperature=temperature, max_tokens=max_tokens)
        )
        self._known: dict[tuple[Facts, Trace], Scores] = {}

    def judge(self, group: Group) -> list[Scores | None]:
        """Return G scores. Raises `JudgeFailed` if one trace of the group got no marks."""
        facts, traces = facts_of(group.utterance), [answer.trace for answer in group.answers]
        new = [trace for trace in dict.fromkeys(traces) if trace is not None and (facts, trace) not in self._known]
        pool = ThreadPoolExecutor(max_workers=self.in_flight)
        try:
            asked = {trace: pool.submit(mark, self.client, facts, trace) for trace in new}
            for trace, future in asked.items():
                self._known[facts, trace] = future.result().scores()
        except Failed as error:
            pool.shutdown(wait=True, cancel_futures=True)  # the next group's questions do not come on top of these
            raise JudgeFailed(f"{group.utterance.key}: {error}") from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        return [None if trace is None else self._known[facts, trace] for trace in traces]


def facts_of(utterance: Utterance) -> Facts:
    """What a judge without ears may be told of an utterance: all but the emotion."""
    return Facts(utterance.cues or Cues(), utterance.gender, transcription=utterance.transcription)

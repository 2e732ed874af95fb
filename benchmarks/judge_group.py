"""A judge's group: all traces about a voice after one prompt, against a prompt each and against one trace at a time.

    python -m benchmarks.judge_group                     # the nano judge, 8 traces about a clip of 3.5 s
    python -m benchmarks.judge_group --group 16 --seconds 10

Encoding the audio is left out: all three do it once. Marks agree to 1e-4 or the run fails.
"""

import argparse
import time
from collections.abc import Callable
from random import Random
from statistics import median

import torch
from torch import Tensor

from zoo.acoustics.cues import Cues
from zoo.core.recipe import complete, load_recipe
from zoo.core.sections import PARTS
from zoo.models.judging import judge_prompt, judge_traces
from zoo.models.load import start_from
from zoo.models.speech_lm import Prompted, SpeechLM
from zoo.text.damage import Subject, written
from zoo.text.facts import Facts
from zoo.text.trace import render

RECIPE = "recipes/reasoning_judge_qwen.yaml"
EMOTIONS = ("neutral", "happy", "sad", "angry", "fear")
FACTS = Facts(Cues("high", "high", "fast", "rising", ("doors",)), "female", None, "Dogs are sitting by the doors")
SAME = 1e-4


def ways(model: SpeechLM, prompted: Prompted, texts: list[str]) -> dict[str, Callable[[], Tensor]]:
    """Three ways to the same marks [K, 4, 5]."""
    rows = prompted.rows(torch.zeros(len(texts), dtype=torch.long))
    return {
        "one prompt for all": lambda: judge_traces(model, prompted, texts).log_probs,
        "a prompt each, one batch": lambda: judge_traces(model, rows, texts).log_probs,
        "one trace at a time": lambda: torch.cat([judge_traces(model, prompted, [text]).log_probs for text in texts]),
    }


@torch.no_grad()
def main() -> None:
    """Time the three ways in turn and print medians of CPU seconds and their ratio to the first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--group", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=3.5)
    parser.add_argument("--rounds", type=int, default=11)
    options = parser.parse_args()
    recipe = load_recipe(RECIPE)
    complete(recipe)
    sections = {part: recipe.section(part) or None for part in PARTS}
    model = start_from(str(recipe.config["start_from"]), sections).eval()
    wave = 0.1 * torch.randn(int(16_000 * options.seconds), generator=torch.Generator().manual_seed(0))
    prompted = judge_prompt(model, model.listen([wave]))
    texts = [render(one.trace) for one in written(Subject(FACTS, EMOTIONS), "angry", options.group, Random(0))]
    found = ways(model, prompted, texts)
    reference, times = None, {name: [] for name in found}  # type: tuple[Tensor | None, dict[str, list[float]]]
    for number in range(options.rounds + 1):
        for name, run in found.items():
            start = time.process_time()
            marks = run()
            if number:  # the first round warms up
                times[name].append(time.process_time() - start)
            reference = marks if reference is None else reference
            torch.testing.assert_close(marks, reference, atol=SAME, rtol=SAME)
    first = median(next(iter(times.values())))
    print(f"prompt of {prompted.embeds.shape[1]} tokens, {options.group} traces, {torch.get_num_threads()} threads")
    for name, taken in times.items():
        print(f"{name:26} {median(taken) * 1e3:8.1f} ms CPU   {median(taken) / first:.2f}")


if __name__ == "__main__":
    main()

"""The prompt: a system turn and a question around the audio; one formatter for training, evaluation and use."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from zoo.core.errors import ZooError

AUDIO = "<|audio|>"  # stands for the audio tokens in a formatted prompt; it is cut out before tokenising
AROUND = ("", "\n")  # the words before and after the audio for a backbone that never heard any: a line of its own

# A thinking model's template may open a think block, or write an empty one; our answers open their own.
THINKING = re.compile(r"<think>\s*(?:</think>\s*)?\Z")
# Some templates tell the date: a checkpoint reads the same prompt on every day, the one that Llama's falls back to.
DAY = {"%d": "26", "%b": "Jul", "%B": "July", "%m": "07", "%Y": "2024", "%y": "24", "%A": "Friday", "%a": "Fri"}
SAME_DAY = (
    "{% macro strftime_now(form) %}{{ form"
    + "".join(f"|replace('{directive}', '{word}')" for directive, word in DAY.items())
    + " }}{% endmacro %}"
)

FORM = "think-answer"  # the answer form of what names none (zoo/text/answer_form.py)
SYSTEM = (
    "Listen to the speaker. First reason about the voice inside <think></think>, "
    "then give the emotion inside <answer></answer>."
)
TASK_SYSTEM = "Listen to the speaker and answer the question inside <answer></answer>, with nothing else."
JUDGE_SYSTEM = "Listen to the speaker and judge the reasoning that is given about the voice."
JUDGE_QUESTION = "Is it true of the voice, is it sound, is it complete, and is it well written?"
QUESTION = "Which emotion does the voice express? Choose one of: {emotions}."


@dataclass(frozen=True)
class Prompt:
    """The words around the audio and the form they ask for, kept in every checkpoint.

    `question` holds `{emotions}`, the option list; `form` is the name of an answer form.
    """

    system: str = SYSTEM
    question: str = QUESTION
    form: str = FORM

    def ids(
        self, tokenizer: Any, emotions: Sequence[str], around: tuple[str, str] = AROUND
    ) -> tuple[list[int], list[int]]:
        """Token ids before and after the audio, through the tokenizer's own chat template.

        `around` are the words next to the audio, as the backbone states them.

        Raises:
            ZooError: the template loses the audio's place.
        """
        return turn_ids(tokenizer, self.system, self.question.format(emotions=", ".join(emotions)), around)


def turn_ids(
    tokenizer: Any, system: str, question: str, around: tuple[str, str] = AROUND
) -> tuple[list[int], list[int]]:
    """Token ids before and after the audio of a system turn and a question about it; raises as `Prompt.ids` does."""
    text = THINKING.sub("", _apply(tokenizer, system, f"{around[0]}{AUDIO}{around[1]}{question}"))
    before, found, after = text.partition(AUDIO)
    if not found or AUDIO in after:
        raise ZooError("the tokenizer's chat template does not keep the audio's place; use an instruct model's")
    return tokenizer.encode(before, add_special_tokens=False), _continued(tokenizer, after)


def _apply(tokenizer: Any, system: str, user: str) -> str:
    """The chat template's text; a template without a system turn gets the system's words in the user's turn."""
    text = ""
    with suppress(Exception):  # a template raises whatever its author liked where it knows no system turn
        text = _render(tokenizer, {"role": "system", "content": system}, {"role": "user", "content": user})
    if system.strip() in text:
        return text
    try:
        return _render(tokenizer, {"role": "user", "content": f"{system}\n\n{user}"})
    except Exception as error:
        raise ZooError(f"the tokenizer has no usable chat template: {error}; use an instruct model's") from None


def _render(tokenizer: Any, *turns: dict[str, str]) -> str:
    """Turns and the opening of the assistant's as text, beginning-of-text token included where the model has one."""
    template = tokenizer.get_chat_template()
    if "strftime_now" in template:
        template = SAME_DAY + template
    settings = {"tokenize": False, "add_generation_prompt": True, "return_dict": False, "enable_thinking": True}
    return str(tokenizer.apply_chat_template(list(turns), chat_template=template, **settings))


def _continued(tokenizer: Any, text: str) -> list[int]:
    """Token ids of text behind audio: a tokenizer may begin a text with a space, and this is none's beginning."""
    tokens = tokenizer.added_tokens_decoder.values()
    ahead = next((token.content for token in tokens if token.special and not token.rstrip), "")
    begun = len(tokenizer.encode(ahead, add_special_tokens=False))
    return list(tokenizer.encode(ahead + text, add_special_tokens=False)[begun:])

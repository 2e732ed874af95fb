"""The prompt: a system turn and a question around the audio; one formatter for training, evaluation and use."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zoo.core.errors import ZooError

AUDIO = "<|audio|>"  # stands for the audio tokens in a formatted prompt; it is cut out before tokenising
AROUND = ("", "\n")  # the words before and after the audio for a backbone that never heard any: a line of its own

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
    """The words around the audio, kept in every checkpoint. `question` holds `{emotions}`, the option list."""

    system: str = SYSTEM
    question: str = QUESTION

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
    text = _apply(tokenizer, system, f"{around[0]}{AUDIO}{around[1]}{question}")
    before, found, after = text.partition(AUDIO)
    if not found or AUDIO in after:
        raise ZooError("the tokenizer's chat template does not keep the audio's place; use an instruct model's")
    encode = tokenizer.encode
    return encode(before, add_special_tokens=False), encode(after, add_special_tokens=False)


def _apply(tokenizer: Any, system: str, user: str) -> str:
    """The chat template's text; a template without a system turn gets the system's words in the user's turn."""
    turns = [{"role": "system", "content": system}, {"role": "user", "content": user}]
    try:
        text = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True, return_dict=False)
    except Exception as error:  # a template raises whatever its author liked
        if "system" not in str(error).lower():
            raise ZooError(f"the tokenizer has no usable chat template: {error}; use an instruct model's") from None
        text = ""
    if system in text:
        return str(text)
    turns = [{"role": "user", "content": f"{system}\n\n{user}"}]
    return str(tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True, return_dict=False))

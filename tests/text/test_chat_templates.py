"""Prompts through chat templates built as the families build theirs: their own ids, but for how answers think."""

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

from zoo.backbones.bpe import nano_tokenizer
from zoo.backbones.chat import end_of_turn
from zoo.core.errors import ZooError
from zoo.text.prompt import AUDIO, turn_ids

SYSTEM, QUESTION = "Listen well.", "Which emotion?"
SEPARATE = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": f"{AUDIO}\n{QUESTION}"}]
JOINED = [{"role": "user", "content": f"{SYSTEM}\n\n{AUDIO}\n{QUESTION}"}]
CHATML = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}"
)

# Qwen2.5 and SmolLM2 put a system turn of their own where the prompt has none.
QWEN2 = (
    "{% if messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nI am a model.<|im_end|>\n' }}{% endif %}"
    + CHATML
    + "{% endif %}"
)
# Qwen3 writes an empty think block where it is told not to think; its thinking-only release opens the block itself.
QWEN3 = CHATML + (
    "{% if enable_thinking is defined and enable_thinking is false %}{{ '<think>\n\n</think>\n\n' }}{% endif %}"
    "{% endif %}"
)
THINKS = CHATML + "{{ '<think>\n' }}{% endif %}"
NEVER_THINKS = CHATML + "{{ '<think>\n\n</think>\n\n' }}{% endif %}"
# SmolLM3 tells the date and the way of thinking, and has a flag in the system turn for not thinking.
SMOLLM3 = (
    "{% if enable_thinking is not defined %}{% set enable_thinking = true %}{% endif %}"
    "{% set mode = '/think' if enable_thinking else '/no_think' %}"
    "{% if '/no_think' in messages[0]['content'] %}{% set mode = '/no_think' %}{% endif %}"
    "{{ '<|im_start|>system\nDay: ' + strftime_now('%d %B %Y') + '\nReasoning Mode: ' + mode + '\n\n' }}"
    "{% if messages[0]['role'] == 'system' %}{{ messages[0]['content'] }}{% endif %}{{ '<|im_end|>\n' }}"
    "{% for m in messages %}{% if m['role'] != 'system' %}"
    "{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}"
    "{% if mode == '/no_think' %}{{ '<think>\n\n</think>\n' }}{% endif %}{% endif %}"
)
# Llama 3 begins with BOS, always has a system turn, and tells the date.
LLAMA3 = (
    "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{% set system = messages[0]['content'] | trim %}"
    "{% set messages = messages[1:] %}{% else %}{% set system = '' %}{% endif %}"
    "{% if date_string is not defined %}{% set date_string = strftime_now('%d %b %Y') %}{% endif %}"
    "{{ '<|head|>system<|/head|>\n\nToday: ' + date_string + '\n\n' + system + '<|eot|>' }}"
    "{% for m in messages %}"
    "{{ '<|head|>' + m['role'] + '<|/head|>\n\n' + m['content'] | trim + '<|eot|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|head|>assistant<|/head|>\n\n' }}{% endif %}"
)
# Gemma 3 begins with BOS and has no system turn: it puts the words before the user's. Gemma 2 refuses them.
GEMMA = (
    "{{ bos_token }}{% set ahead = '' %}{% if messages[0]['role'] == 'system' %}"
    "{% set ahead = messages[0]['content'] + '\n\n' %}{% set messages = messages[1:] %}{% endif %}"
    "{% for m in messages %}{% set role = 'model' if m['role'] == 'assistant' else m['role'] %}"
    "{{ '<|head|>' + role + '\n' + (ahead if loop.first else '') + m['content'] | trim + '<|eot|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|head|>model\n' }}{% endif %}"
)
GEMMA2 = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}" + GEMMA
# Mistral's first releases want user and assistant in turns and call nothing a system.
MISTRAL = (
    "{{ bos_token }}{% for m in messages %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Conversation roles must alternate user/assistant/user') }}{% endif %}"
    "{% if m['role'] == 'user' %}{{ '[INST] ' + m['content'] + ' [/INST]' }}"
    "{% else %}{{ m['content'] + eos_token }}{% endif %}{% endfor %}"
)
# Phi writes roles as tokens and ends turns with another token than texts.
PHI = (
    "{% for m in messages %}{{ '<|' + m['role'] + '|>\n' + m['content'] + '<|eot|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% else %}{{ eos_token }}{% endif %}"
)
FAMILIES = {
    "qwen2": (QWEN2, SEPARATE),
    "qwen3": (QWEN3, SEPARATE),
    "llama3": (LLAMA3, SEPARATE),
    "gemma3": (GEMMA, SEPARATE),
    "gemma2": (GEMMA2, JOINED),
    "mistral": (MISTRAL, JOINED),
    "phi": (PHI, SEPARATE),
    "smollm3": (SMOLLM3, SEPARATE),
}


def tokenizer_with(template: str) -> PreTrainedTokenizerFast:
    """The nano tokenizer with turns of that template, putting a BOS before whatever it tokenises by itself."""
    tokenizer = nano_tokenizer()
    more = ["<|head|>", "<|/head|>", "<|eot|>", "<|system|>", "<|user|>", "<|assistant|>", "[INST]", "[/INST]"]
    tokenizer.add_special_tokens({"bos_token": "<bos>", "additional_special_tokens": more})
    begins = [("<bos>", tokenizer.bos_token_id)]
    tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing("<bos> $A", None, begins)
    tokenizer.chat_template = template
    return tokenizer


def around_audio(tokenizer: PreTrainedTokenizerFast, turns: list[dict[str, str]]) -> tuple[list[int], list[int]]:
    """What the library's own tokenising of the template puts before and after the audio's token."""
    settings = {"add_generation_prompt": True, "return_dict": False, "date_string": "26 Jul 2024"}
    ids = tokenizer.apply_chat_template(turns, **settings)
    place = ids.index(tokenizer.convert_tokens_to_ids(AUDIO))
    return ids[:place], ids[place + 1 :]


@pytest.mark.parametrize("family", [name for name in FAMILIES if name != "smollm3"])
def test_the_ids_are_those_of_the_librarys_own_tokenising(family: str) -> None:
    template, turns = FAMILIES[family]
    tokenizer = tokenizer_with(template)
    assert tokenizer.encode("words")[0] == tokenizer.bos_token_id  # so that there is a BOS to double
    assert turn_ids(tokenizer, SYSTEM, QUESTION) == around_audio(tokenizer, turns)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_words_are_there_once_and_the_bos_where_the_template_writes_it(family: str) -> None:
    tokenizer = tokenizer_with(FAMILIES[family][0])
    before, after = turn_ids(tokenizer, SYSTEM, QUESTION)
    assert tokenizer.decode(before + after).count(SYSTEM) == 1
    assert tokenizer.decode(after).count(QUESTION) == 1
    begins = "bos_token" in FAMILIES[family][0]
    assert (before + after).count(tokenizer.bos_token_id) == int(begins)
    assert (before[0] == tokenizer.bos_token_id) == begins


@pytest.mark.parametrize("template", [QWEN3, SMOLLM3, THINKS, NEVER_THINKS])
def test_the_assistants_turn_opens_without_a_think_block(template: str) -> None:
    tokenizer = tokenizer_with(template)
    _, after = turn_ids(tokenizer, SYSTEM, QUESTION)
    text = tokenizer.decode(after)
    assert text.endswith("<|im_start|>assistant\n")
    assert "think>" not in text
    assert "/no_think" not in tokenizer.decode(turn_ids(tokenizer, SYSTEM, QUESTION)[0])


def test_a_think_tag_in_the_question_stays() -> None:
    tokenizer = tokenizer_with(QWEN3)
    _, after = turn_ids(tokenizer, SYSTEM, "Is <think></think> a tag?")
    assert "Is <think></think> a tag?" in tokenizer.decode(after)


@pytest.mark.parametrize("template", [LLAMA3, SMOLLM3])
def test_a_template_that_tells_the_date_tells_the_same_on_every_day(template: str) -> None:
    before, _ = turn_ids(tokenizer := tokenizer_with(template), SYSTEM, QUESTION)
    assert "26 Jul" in tokenizer.decode(before)


@pytest.mark.parametrize(
    ("family", "token"),
    [
        ("qwen2", "<|im_end|>"),
        ("llama3", "<|eot|>"),
        ("gemma3", "<|eot|>"),
        ("phi", "<|eot|>"),
        ("mistral", "<|im_end|>"),
    ],
)
def test_an_answer_is_closed_by_what_ends_the_templates_turn(family: str, token: str) -> None:
    tokenizer = tokenizer_with(FAMILIES[family][0])  # its end-of-text token is <|im_end|>
    assert end_of_turn(tokenizer) == tokenizer.convert_tokens_to_ids(token)


def test_a_tokenizer_that_begins_texts_with_a_space_puts_none_behind_the_audio() -> None:
    words = {word: i for i, word in enumerate([AUDIO, "<end>", "▁", "\n", *map(chr, range(32, 127))])}
    made = Tokenizer(models.BPE(words, []))
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=made, eos_token="<end>", additional_special_tokens=[AUDIO])
    tokenizer.chat_template = "{% for m in messages %}{{ m['content'] }}<end>{% endfor %}"
    before, after = turn_ids(tokenizer, "Hear.", "Who?")
    assert (before, after) == around_audio(
        tokenizer, [{"role": "system", "content": "Hear."}, {"role": "user", "content": f"{AUDIO}\nWho?"}]
    )
    assert tokenizer.encode("\nWho?")[0] == words["▁"] != after[0]


def test_a_model_without_a_chat_template_is_refused() -> None:
    tokenizer = nano_tokenizer()
    tokenizer.chat_template = None
    with pytest.raises(ZooError, match=r"no usable chat template: .*; use an instruct model's"):
        turn_ids(tokenizer, SYSTEM, QUESTION)


def test_a_tokenizer_without_an_end_is_refused() -> None:
    tokenizer = nano_tokenizer()
    tokenizer.chat_template, tokenizer.eos_token = "{{ messages[0]['content'] }}", None
    with pytest.raises(ZooError, match="names no token that ends a text or a turn"):
        end_of_turn(tokenizer)

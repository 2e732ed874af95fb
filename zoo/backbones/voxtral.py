"""Voxtral's language models (Liu et al. 2025, arXiv 2507.13264), of Llama's architecture, with Mistral's chat."""

from zoo.backbones.omni import OmniLm
from zoo.core.registry import backbones

# The turns of Mistral's tokenizer of version 7. It refuses a system turn beside audio, so that the system's words open
# the user's turn. Nothing stands between a mark and the words: each piece is one of the tokenizer's own chunks.
CHAT_TEMPLATE = (
    "<s>{% for message in messages %}"
    "{% if message['role'] == 'user' %}{{ '[INST]' + message['content'] + '[/INST]' }}"
    "{% elif message['role'] == 'assistant' %}{{ message['content'] + '</s>' }}"
    "{% else %}{{ raise_exception('there is no system turn beside audio') }}{% endif %}"
    "{% endfor %}"
)


@backbones.offer(
    "voxtral-mini-3b", hub="mistralai/Voxtral-Mini-3B-2507", licence="Apache-2.0", parameters=4_014_136_320
)
@backbones.offer(
    "voxtral-small-24b", hub="mistralai/Voxtral-Small-24B-2507", licence="Apache-2.0", parameters=23_572_403_200
)
@backbones.offer("voxtral-test", architecture="llama", size="test")
class VoxtralLm(OmniLm):
    """The language model of a Voxtral checkpoint; its folder has no chat template, and a tokenizer of Mistral's own."""

    kinds = ("voxtral",)
    around_audio = ("[BEGIN_AUDIO]", "")

    def chat_template(self) -> str | None:
        """That of `mistral-common`'s code."""
        return CHAT_TEMPLATE

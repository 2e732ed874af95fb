"""Language models of omni models: the thinkers of Qwen2.5-Omni and Qwen3-Omni, and Qwen2-Audio's.

arXiv 2503.20215, 2509.17765 and 2407.10759. A thinker's rotary positions have three axes, time, height and width, which
differ for images alone. For audio and text they are equal, and the thinker is a Qwen2, or a Qwen3 of experts, of the
same sizes; so it is loaded as one, with everything a backbone can do.
"""

import json
import re
from pathlib import Path
from typing import Any

from zoo.backbones.causal_lm import CausalLm, load, read_tokenizer
from zoo.core.hub import folder
from zoo.core.omni import LANGUAGE_MODEL, LAYOUTS, inner, stored_name
from zoo.core.pretrained import configuration, quiet, stored_names
from zoo.core.registry import backbones

# What a language model is, by the `model_type` of its section: the library offers it as a model of its own only so.
MAKES = {"qwen2_5_omni_text": "qwen2", "qwen2": "qwen2", "qwen3_omni_moe_text": "qwen3_moe", "llama": "llama"}
AXES = ("mrope_section", "interleaved", "mrope_interleaved")  # how axes share a head's width: equal ones need no shares
NOT_OF_IT = ("model_type", "architectures", "transformers_version", "_name_or_path")  # keys of the section


@backbones.offer(
    "qwen2.5-omni-3b", hub="Qwen/Qwen2.5-Omni-3B", licence="Qwen Research License", parameters=3_397_103_616
)
@backbones.offer("qwen2.5-omni-7b", hub="Qwen/Qwen2.5-Omni-7B", licence="Apache-2.0", parameters=7_615_616_512)
@backbones.offer("qwen2.5-omni-test", architecture="qwen2", size="test")
class OmniLm(CausalLm):
    """The language model of a Qwen2.5-Omni checkpoint; nothing else of the checkpoint is read."""

    kinds: tuple[str, ...] = ("qwen2_5_omni", "qwen2_5_omni_thinker")  # of folders, since the words differ
    around_audio = ("<|audio_bos|>", "<|audio_eos|>")

    def read(self, source: str, dtype: Any, **packed: Any) -> tuple[Any, Any]:
        """The language model and the tokenizer out of an omni checkpoint, by its folder or hub name."""
        whole, place = configuration(source, self.kinds), folder(source)
        names = {
            f"^{re.escape(theirs)}": ours.removeprefix(LANGUAGE_MODEL)
            for ours, theirs in LAYOUTS[whole.model_type].items()
            if ours.startswith(LANGUAGE_MODEL)
        }
        with quiet():  # the library lists every tensor that is left on disk, eyes and mouth, about a thousand
            model = load(place, dtype, config=_sizes(whole, place), key_mapping=names, **packed)
        model._weight_conversions = None  # else the library would save a language model under an omni model's names
        tokenizer = read_tokenizer(place)
        tokenizer.chat_template = _stored_template(place) or self.chat_template() or tokenizer.chat_template
        return model, tokenizer

    def chat_template(self) -> str | None:
        """The template of the family's processor, where its published folders hold none; None where they do."""
        return None


@backbones.offer(
    "qwen2-audio-7b-instruct", hub="Qwen/Qwen2-Audio-7B-Instruct", licence="Apache-2.0", parameters=7_754_878_976
)
@backbones.offer("qwen2-audio-test", architecture="qwen2", size="test")
class Qwen2AudioLm(OmniLm):
    """The language model of a Qwen2-Audio checkpoint; its chat numbers the clips and gives each a line."""

    kinds = ("qwen2_audio",)
    around_audio = ("Audio 1: <|audio_bos|>", "<|audio_eos|>\n")

    def chat_template(self) -> str | None:
        """The one that the library's processor has in its code."""
        from transformers import Qwen2AudioProcessor

        return str(Qwen2AudioProcessor.default_chat_template.fget(None))


@backbones.offer(
    "qwen3-omni-30b-a3b-instruct",
    hub="Qwen/Qwen3-Omni-30B-A3B-Instruct",
    licence="Apache-2.0",
    parameters=30_532_646_912,
)
@backbones.offer("qwen3-omni-test", architecture="qwen3_moe", size="test")
class Qwen3OmniLm(OmniLm):
    """The thinker of a Qwen3-Omni checkpoint, of experts; a LoRA goes round its attention and not the experts."""

    kinds = ("qwen3_omni_moe", "qwen3_omni_moe_thinker")
    around_audio = ("<|audio_start|>", "<|audio_end|>")


def _sizes(whole: Any, place: Path) -> Any:
    """The configuration of the language model alone, as of a model of its own."""
    from transformers import AutoConfig

    section = inner(whole, "text_config")
    sizes = {key: value for key, value in section.to_dict().items() if key not in NOT_OF_IT}
    sizes["rope_parameters"] = {key: value for key, value in sizes["rope_parameters"].items() if key not in AXES}
    sizes["tie_word_embeddings"] = stored_name(whole.model_type, f"{LANGUAGE_MODEL}lm_head.weight") not in stored_names(
        place
    )
    sizes["dtype"] = section.dtype or getattr(whole, "thinker_config", whole).dtype or whole.dtype
    return AutoConfig.for_model(MAKES[section.model_type], **sizes)


def _stored_template(place: Path) -> str | None:
    """The chat template of a processor, which keeps it in a file beside the tokenizer's."""
    file = place / "chat_template.json"
    return json.loads(file.read_text(encoding="utf-8"))["chat_template"] if file.is_file() else None

"""Llama 3 (arXiv 2407.21783): its weights are given out on the hub once their licence is accepted there."""

from zoo.backbones.causal_lm import CausalLm
from zoo.core.registry import backbones


@backbones.offer(
    "llama-3.2-1b-instruct",
    hub="meta-llama/Llama-3.2-1B-Instruct",
    licence="Llama 3.2 Community License",
    parameters=1_235_814_400,
)
@backbones.offer(
    "llama-3.2-3b-instruct",
    hub="meta-llama/Llama-3.2-3B-Instruct",
    licence="Llama 3.2 Community License",
    parameters=3_212_749_824,
)
@backbones.offer(
    "llama-3.1-8b-instruct",
    hub="meta-llama/Llama-3.1-8B-Instruct",
    licence="Llama 3.1 Community License",
    parameters=8_030_261_248,
)
@backbones.offer("llama-nano", architecture="llama", size="nano", parameters=5_233_920)
@backbones.offer("llama-test", architecture="llama", size="test")
class Llama(CausalLm):
    """A Llama 3 language model."""

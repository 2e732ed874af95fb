"""Gemma 3 (arXiv 2503.19786), the sizes that read text alone; most of its layers see a sliding window.

Its weights are given out on the hub once their licence is accepted there.
"""

from zoo.backbones.causal_lm import CausalLm
from zoo.core.registry import backbones


@backbones.offer("gemma-3-270m-it", hub="google/gemma-3-270m-it", licence="Gemma Terms of Use", parameters=268_098_176)
@backbones.offer("gemma-3-1b-it", hub="google/gemma-3-1b-it", licence="Gemma Terms of Use", parameters=999_885_952)
@backbones.offer("gemma3-test", architecture="gemma3_text", size="test")
class Gemma(CausalLm):
    """A Gemma 3 language model."""

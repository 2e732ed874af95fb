"""Phi-3.5 (arXiv 2404.14219) and Phi-4 (arXiv 2412.08905, 2503.01743): q, k and v are one layer, gate and up too."""

from zoo.backbones.causal_lm import CausalLm
from zoo.core.registry import backbones


@backbones.offer(
    "phi-3.5-mini-instruct", hub="microsoft/Phi-3.5-mini-instruct", licence="MIT", parameters=3_821_079_552
)
@backbones.offer("phi-4-mini-instruct", hub="microsoft/Phi-4-mini-instruct", licence="MIT", parameters=3_836_021_760)
@backbones.offer("phi-4", hub="microsoft/phi-4", licence="MIT", parameters=14_659_507_200)
@backbones.offer("phi3-test", architecture="phi3", size="test")
class Phi(CausalLm):
    """A Phi-3.5 or Phi-4 language model."""

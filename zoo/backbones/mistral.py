"""Mistral 7B (arXiv 2310.06825) and Mistral NeMo."""

from zoo.backbones.causal_lm import CausalLm
from zoo.core.registry import backbones


@backbones.offer(
    "mistral-7b-instruct-v0.3", hub="mistralai/Mistral-7B-Instruct-v0.3", licence="Apache-2.0", parameters=7_248_023_552
)
@backbones.offer(
    "mistral-nemo-instruct", hub="mistralai/Mistral-Nemo-Instruct-2407", licence="Apache-2.0", parameters=12_247_782_400
)
@backbones.offer("mistral-test", architecture="mistral", size="test")
class Mistral(CausalLm):
    """A Mistral language model."""

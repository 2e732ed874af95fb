"""SmolLM2 (arXiv 2502.02737), of Llama's architecture, and SmolLM3, which has layers without rotary positions."""

from zoo.backbones.causal_lm import CausalLm
from zoo.core.registry import backbones


@backbones.offer(
    "smollm2-135m-instruct", hub="HuggingFaceTB/SmolLM2-135M-Instruct", licence="Apache-2.0", parameters=134_515_008
)
@backbones.offer(
    "smollm2-360m-instruct", hub="HuggingFaceTB/SmolLM2-360M-Instruct", licence="Apache-2.0", parameters=361_821_120
)
@backbones.offer(
    "smollm2-1.7b-instruct", hub="HuggingFaceTB/SmolLM2-1.7B-Instruct", licence="Apache-2.0", parameters=1_711_376_384
)
@backbones.offer("smollm3-3b", hub="HuggingFaceTB/SmolLM3-3B", licence="Apache-2.0", parameters=3_075_098_624)
@backbones.offer("smollm3-test", architecture="smollm3", size="test")
class SmolLm(CausalLm):
    """A SmolLM2 or SmolLM3 language model."""

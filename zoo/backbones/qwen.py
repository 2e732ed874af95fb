"""Qwen2.5 (arXiv 2412.15115) and Qwen3 (arXiv 2505.09388).

Qwen3 thinks before it answers where its template is told so; the zoo's answers open their own `<think>`.
"""

from zoo.backbones.causal_lm import CausalLm
from zoo.core.registry import backbones


@backbones.offer(
    "qwen2.5-0.5b-instruct", hub="Qwen/Qwen2.5-0.5B-Instruct", licence="Apache-2.0", parameters=494_032_768
)
@backbones.offer(
    "qwen2.5-1.5b-instruct", hub="Qwen/Qwen2.5-1.5B-Instruct", licence="Apache-2.0", parameters=1_543_714_304
)
@backbones.offer(
    "qwen2.5-3b-instruct", hub="Qwen/Qwen2.5-3B-Instruct", licence="Qwen Research License", parameters=3_085_938_688
)
@backbones.offer("qwen2.5-7b-instruct", hub="Qwen/Qwen2.5-7B-Instruct", licence="Apache-2.0", parameters=7_615_616_512)
@backbones.offer(
    "qwen2.5-14b-instruct", hub="Qwen/Qwen2.5-14B-Instruct", licence="Apache-2.0", parameters=14_770_033_664
)
@backbones.offer("qwen3-0.6b", hub="Qwen/Qwen3-0.6B", licence="Apache-2.0", parameters=596_049_920)
@backbones.offer("qwen3-1.7b", hub="Qwen/Qwen3-1.7B", licence="Apache-2.0", parameters=1_720_574_976)
@backbones.offer("qwen3-4b", hub="Qwen/Qwen3-4B", licence="Apache-2.0", parameters=4_022_468_096)
@backbones.offer("qwen3-8b", hub="Qwen/Qwen3-8B", licence="Apache-2.0", parameters=8_190_735_360)
@backbones.offer("qwen3-14b", hub="Qwen/Qwen3-14B", licence="Apache-2.0", parameters=14_768_307_200)
@backbones.offer("qwen3-nano", architecture="qwen3", size="nano", parameters=5_234_688)
@backbones.offer("qwen3-test", architecture="qwen3", size="test")
@backbones.offer("qwen2-test", architecture="qwen2", size="test")
class Qwen(CausalLm):
    """A Qwen2.5 or Qwen3 language model."""

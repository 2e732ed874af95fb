"""Whether a training fits into the memory that is free, said before its first step."""

from typing import Any

from zoo.core.memory import need
from zoo.models.speech_lm import SpeechLM

TRAINING_BYTES = 12  # a trained number's float32 gradient and AdamW's two moments; activations come on top


def need_room(model: SpeechLM, trainer: Any) -> None:
    """Refuse a training whose weights, gradients and moments alone are more than the free memory of its device.

    Raises:
        ZooError: they do not fit; with what takes less.
    """
    trained = sum(p.numel() for p in model.parameters() if p.requires_grad)
    gpu = trainer.strategy.root_device.type == "cuda"
    weights = sum(p.nbytes for p in model.parameters()) if gpu else 0  # on a CPU they lie in memory already
    if "DDP" in type(trainer.strategy).__name__ or trainer.world_size == 1:  # another strategy cuts all of it
        need(
            weights + TRAINING_BYTES * trained,
            f"{trained / 1e6:,.0f} M trained parameters with their gradients and moments",
            "train a LoRA (backbone.lora.rank=16), write frozen: true for parts that can stay as they are, or share "
            "the model among GPUs (trainer.strategy=fsdp2)",
            gpu=gpu,
        )

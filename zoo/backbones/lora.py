"""Low-rank adaptation inside a language model: put in, switched off for the reference, merged for sampling.

Hu et al. 2021, arXiv 2106.09685, by peft, whose layers replace the linear ones in place.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from zoo.backbones.quantised import is_packed
from zoo.core.errors import ZooError
from zoo.core.sharding import is_piece


@dataclass
class Lora:
    """What a recipe may say of a LoRA; it goes around every linear layer in the backbone's blocks."""

    rank: int = 16
    alpha: float = 32.0
    dropout: float = 0.0


def put_in(language_model: Any, recipe: Lora) -> None:
    """Put a LoRA around every linear layer of the blocks; from then on the LoRA alone is trained."""
    import torch.distributed.tensor  # peft asks what is in it, and leaves it to others to import it  # noqa: F401
    from peft import LoraConfig, inject_adapter_in_model
    from peft.tuners.lora.layer import Linear

    from zoo.backbones.fused_lora import Fused

    inside = language_model.base_model.named_modules()  # the output layer is not among them
    names = sorted({name.rpartition(".")[2] for name, layer in inside if isinstance(layer, nn.Linear)})
    config = LoraConfig(r=recipe.rank, lora_alpha=recipe.alpha, lora_dropout=recipe.dropout, target_modules=names)
    inject_adapter_in_model(config, language_model)
    for layer in _layers(language_model):
        if type(layer) is Linear:
            layer.__class__ = Fused
    for name, parameter in language_model.named_parameters():
        if "lora_" in name:
            parameter.data = parameter.data.float()  # at a rate of 1e-6 no bfloat16 weight would ever move


@contextmanager
def switched_off(language_model: Any) -> Iterator[None]:
    """A context without the LoRA; a `ZooError` if there is none, or if it is merged into the weights just now."""
    layers = _layers(language_model)
    if not layers:
        raise ZooError("there is no LoRA to switch off, so no reference policy; give the backbone lora: {rank: 16}")
    if any(layer.disable_adapters for layer in layers):
        raise ZooError("the LoRA is switched off or merged already; leave that context first")
    with _disabled(layers):
        yield


@contextmanager
def merged(language_model: Any) -> Iterator[None]:
    """A context in which the LoRA is added into the weights, for sampling: one product a layer and not three.

    Beside weights of 4 or 8 bits, and beside one rank's piece of a layer, it stays as it is.
    """
    layers = _layers(language_model)
    if any(layer.disable_adapters for layer in layers):
        raise ZooError("the LoRA is switched off or merged already; leave that context first")
    bases = [layer.get_base_layer() for layer in layers]
    layers = [at for at, base in zip(layers, bases, strict=True) if not (is_packed(base) or is_piece(base.weight))]
    before = [layer.get_base_layer().weight.data for layer in layers]
    try:
        for layer in layers:
            # A new tensor stands in for the weight, so that what comes back is the old one, bit for bit.
            layer.get_base_layer().weight.data = _with_lora(layer)
        with _disabled(layers):
            yield
    finally:
        for layer, weight in zip(layers, before, strict=True):
            layer.get_base_layer().weight.data = weight


def merge_for_good(language_model: Any) -> None:
    """Add the LoRA into the weights, as in sampling, and leave the library's own layers in its place."""
    for name, layer in [(n, m) for n, m in language_model.named_modules() if m in set(_layers(language_model))]:
        layer.get_base_layer().weight.data = _with_lora(layer)
        parent, _, leaf = name.rpartition(".")
        setattr(language_model.get_submodule(parent), leaf, layer.get_base_layer())


def as_peft(language_model: Any, base: str | None) -> tuple[Any, dict[str, Tensor]]:
    """The LoRA as peft stores one: its configuration, around the model `base`, and its tensors by peft's names."""
    from peft import LoraConfig

    named = {name: layer for name, layer in language_model.named_modules() if layer in set(_layers(language_model))}
    first = next(iter(named.values()))
    dropout = getattr(first.lora_dropout["default"], "p", 0.0)
    config = LoraConfig(
        r=first.r["default"],
        lora_alpha=first.lora_alpha["default"],
        lora_dropout=dropout,
        target_modules=sorted({name.rpartition(".")[2] for name in named}),
        task_type="CAUSAL_LM",
        base_model_name_or_path=base,
        inference_mode=True,
    )
    state = {name: value for name, value in language_model.state_dict().items() if ".lora_" in name}
    return config, {f"base_model.model.{name.replace('.default.', '.')}": value for name, value in state.items()}


@contextmanager
def _disabled(layers: list[Any]) -> Iterator[None]:
    # peft's own switch also flips requires_grad, which thaws a frozen LoRA and upsets sharded training.
    for layer in layers:
        layer._disable_adapters = True
    try:
        yield
    finally:
        for layer in layers:
            layer._disable_adapters = False


@contextmanager
def cast_once(language_model: Any, autocast: bool) -> Iterator[None]:
    """Leave the casting of a LoRA's input to autocast where that is on: peft casts to float32, autocast back again."""
    layers = _layers(language_model) if autocast else []
    for layer in layers:
        layer.cast_input_dtype_enabled = False
    try:
        yield
    finally:
        for layer in layers:
            layer.cast_input_dtype_enabled = True


def _with_lora(layer: Any) -> Tensor:
    """A layer's weight with its LoRA added, in the weight's own precision."""
    weight = layer.get_base_layer().weight.data
    return (weight + layer.get_delta_weight("default").detach()).to(weight.dtype)


def has_lora(language_model: Any) -> bool:
    """Whether there is a LoRA in it."""
    return bool(_layers(language_model))


def _layers(language_model: Any) -> list[Any]:
    from peft.tuners.lora import LoraLayer

    return [module for module in language_model.modules() if isinstance(module, LoraLayer)]

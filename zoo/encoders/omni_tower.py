"""The audio tower of an omni model: the library's own module, out of a checkpoint of any of its layouts."""

from collections.abc import Sequence
from typing import Any

import torch

from zoo.core.hub import folder
from zoo.core.omni import TOWER, inner, our_name
from zoo.core.pretrained import configuration, fill


def load_tower(
    library: Any,
    name: str,
    kinds: tuple[str, ...],
    source: str | None,
    config: dict[str, Any],
    spare: Sequence[str] = (),
) -> tuple[Any, Any]:
    """A tower and its sizes: with the weights of a folder or hub name, or random where `source` is None.

    Args:
        library: the module of `transformers` that models the family.
        name: of its audio encoder's class; that of the sizes is the same with `Config`.
        kinds: the `model_type`s that hold such a tower.
        source: a folder or hub name.
        config: sizes of a random tower.
        spare: what no forward reads of it, and is left out.
    """
    from transformers.initialization import no_init_weights

    kind = getattr(library, name)
    if source is None:
        sizes = getattr(library, f"{name}Config")(**config)
        net = _without(spare, kind._from_config(sizes, attn_implementation="sdpa"))
    else:
        whole = configuration(source, kinds)
        sizes = inner(whole, "audio_config")
        with torch.device("meta"), no_init_weights():
            net = _without(spare, kind._from_config(sizes, attn_implementation="sdpa"))
        fill(net, folder(source), lambda stored: (our_name(whole.model_type, stored) or "").removeprefix(TOWER))
    if hasattr(net, "embed_positions"):
        net.embed_positions.requires_grad_(False)  # sinusoids, never trained
    elif source is not None:  # computed, and stored nowhere
        net.positional_embedding = library.SinusoidsPositionEmbedding(sizes.max_source_positions, sizes.d_model)
    return net, sizes


def _without(spare: Sequence[str], net: Any) -> Any:
    for name in spare:
        delattr(net, name)
    return net

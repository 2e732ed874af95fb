"""How a recipe changes the one it extends: a section that names another thing leaves the old one's options behind."""

from typing import Any

from omegaconf import DictConfig, OmegaConf

from zoo.core.sections import NAMED, Data, Part


def merge(base: DictConfig, change: Any, notes: list[str]) -> DictConfig:
    """Merge, where a section that changes its name keeps only the options that its new part knows."""
    for key, registry in NAMED.items():
        old, new = base.get(key), change.get(key)
        if not (isinstance(old, DictConfig) and isinstance(new, DictConfig) and "name" in new):
            continue
        if not isinstance(new["name"], str) or new["name"] in (old.get("name"), None):
            continue
        if new["name"] not in registry.entries:
            continue
        known = {*registry.entries[new["name"]].options, *Part.__annotations__, *Data.__annotations__} - {"weights"}
        for option in [option for option in old if option not in known]:
            notes.append(f"{key}.{option} belongs to {old.get('name')} and is left out for {new['name']}")
            old.pop(option)
    _make_room(base, change)
    return OmegaConf.merge(base, change)


def renames(old: Any, new: Any) -> bool:
    """Whether a mapping names another thing than the one before it, whose options it then does not take over."""
    both = isinstance(old, DictConfig) and isinstance(new, DictConfig)
    return both and "name" in new and new["name"] != old.get("name")


def _make_room(base: DictConfig, change: Any, depth: int = 0) -> None:
    """Take out of `base` what `change` names anew inside a section, such as another schedule: its options go too."""
    for key in change:
        old, new = base.get(key), change.get(key)
        if not (isinstance(old, DictConfig) and isinstance(new, DictConfig)):
            continue
        if depth and renames(old, new):
            base.pop(key)
        else:
            _make_room(old, new, depth + 1)

"""Recipes: YAML with `extends:` and dotted overrides, where every key remembers the line it came from."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from zoo.core.errors import ZooError
from zoo.core.merging import merge, renames
from zoo.core.places import find
from zoo.core.sections import NAMED, Trainer
from zoo.core.signatures import COMPUTED, REQUIRED


@dataclass
class Recipe:
    """A recipe as understood: its resolved sections, and where each key was written."""

    path: Path
    config: DictConfig
    origins: dict[str, str]
    notes: list[str]

    @property
    def name(self) -> str:
        """The file's stem: the name of the variant, of its runs and of its checkpoints."""
        return self.path.stem

    def section(self, key: str) -> dict[str, Any]:
        """A section as plain types; empty if it is null or not there."""
        value = self.config.get(key)
        return {} if value is None else dict(OmegaConf.to_container(value))

    def origin(self, key: str) -> str:
        """`file.yaml:line` or `override a.b=c` of a dotted key, or of the nearest section around it."""
        inside = [where for name, where in self.origins.items() if name.startswith(key + ".")]
        while key and key not in self.origins:
            if inside:
                return inside[0]
            key = key.rpartition(".")[0]
        return self.origins.get(key, str(self.path))


def load_recipe(path: str | Path, overrides: Sequence[str] = ()) -> Recipe:
    """Read a recipe, what it extends, and dotted overrides such as `encoder.name=wavlm-base-plus`.

    Raises:
        ZooError: the file is missing or is not YAML, it extends itself, or an override is not `key=value`.
    """
    found = find(path, under="recipes")
    if found is None or found.is_dir():
        raise ZooError(f"{path}: there is no such recipe; `python -m zoo.ls recipes` lists those at hand")
    notes: list[str] = []
    config, origins = _read(found, (), notes)
    for override in overrides:
        key, equals, text = override.partition("=")
        if not (key and equals):
            raise ZooError(
                f'override "{override}" is not of the form section.key=value, such as encoder.name=whisper-base'
            )
        try:
            value = OmegaConf.from_dotlist([f"value={text}"])["value"]
            if key.endswith(".name") or (key in NAMED and value is not None):
                config = merge(config, OmegaConf.from_dotlist([override]), notes)
            else:
                OmegaConf.update(
                    config, key, value, force_add=True, merge=not renames(OmegaConf.select(config, key), value)
                )
        except (OmegaConfBaseException, yaml.YAMLError, TypeError, ValueError) as error:
            raise ZooError(f'override "{override}" cannot be read: {_first_line(error)}') from None
        origins = {k: v for k, v in origins.items() if not k.startswith(key + ".")} | {key: f"override {override}"}
    try:
        OmegaConf.resolve(config)
    except OmegaConfBaseException as error:
        raise ZooError(f"{found}: {_first_line(error)}") from None
    return Recipe(found, config, origins, notes)


def complete(recipe: Recipe) -> None:
    """Write the default of every option that a checked recipe leaves out into its config, so that a run says it all."""
    for key, registry in NAMED.items():
        section = recipe.section(key)
        if section:
            options = registry.entry(section["name"]).options
            defaults = {name: o.default for name, o in options.items() if o.default not in (REQUIRED, COMPUTED)}
            recipe.config[key] = section | {k: v for k, v in defaults.items() if k not in section}
    recipe.config["trainer"] = recipe.section("trainer") | {
        k: v for k, v in asdict(Trainer()).items() if k not in recipe.section("trainer")
    }
    recipe.config["seed"] = recipe.config.get("seed", 0)


def _read(path: Path, below: tuple[Path, ...], notes: list[str]) -> tuple[DictConfig, dict[str, str]]:
    """A file merged over what it extends, and the origin of every key."""
    if path.resolve() in below:
        raise ZooError(f"{path}: this recipe extends itself, through {' -> '.join(p.name for p in below)}")
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        config = OmegaConf.create(text) if isinstance(root, yaml.MappingNode) else None
    except (yaml.YAMLError, OmegaConfBaseException, OSError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise ZooError(f"{where}: not valid YAML: {getattr(error, 'problem', None) or _first_line(error)}") from None
    if not isinstance(config, DictConfig) or not isinstance(root, yaml.MappingNode):
        raise ZooError(f"{path}: a recipe is a mapping of sections (encoder, adapter, backbone, stage, data, ...)")
    origins = {key: f"{path}:{line}" for key, line in _lines(root)}
    if "extends" not in config:
        return config, origins
    parent = find(path.parent / str(config.pop("extends"))) or find(path, under="recipes")
    if parent is None or parent == path:
        raise ZooError(f"{origins['extends']}: the recipe it extends is not there; write its path beside this file")
    base, base_origins = _read(parent, (*below, path.resolve()), notes)
    return merge(base, config, notes), base_origins | origins


def _lines(node: yaml.Node, prefix: str = "") -> Iterator[tuple[str, int]]:
    """Every dotted key of a YAML mapping with its line; a list's rows are numbered from 0."""
    rows: list[tuple[str, yaml.Node, yaml.Node]] = []
    if isinstance(node, yaml.MappingNode):
        rows = [(str(key.value), key, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        rows = [(str(i), value, value) for i, value in enumerate(node.value)]
    for name, key, value in rows:
        yield prefix + name, key.start_mark.line + 1
        yield from _lines(value, f"{prefix}{name}.")


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n")[0]

"""Recipes: YAML with `extends:` and dotted overrides, where every key remembers the line it came from."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from zoo.core.errors import ZooError
from zoo.core.places import find
from zoo.core.registry import (
    COMPUTED,
    REQUIRED,
    Registry,
    adapters,
    backbones,
    corpora,
    encoders,
    enrolments,
    prosody_heads,
    scorers,
    stages,
)

# The sections that name a part, in the order in which the signal flows, then what trains it and on what.
NAMED: dict[str, Registry] = {
    "encoder": encoders,
    "enrolment": enrolments,
    "prosody": prosody_heads,
    "adapter": adapters,
    "backbone": backbones,
    "scorer": scorers,
    "stage": stages,
    "data": corpora,
}
PARTS = ("encoder", "enrolment", "prosody", "adapter", "backbone", "scorer")
STRATEGIES = ("auto", "ddp", "fsdp2", "deepspeed-2", "deepspeed-3", "tensor-parallel")  # how ranks share the work


@dataclass
class Part:
    """Keys that every part's section takes beside the part's own options."""

    name: str
    frozen: bool = False
    lr: float | None = None  # this part's own learning rate; the trainer's if null


@dataclass
class Data:
    """Keys that the data section takes beside the corpus's own options."""

    name: str
    utterances_per_step: int = 4
    test_utterances: int | None = None  # evaluate on so many, always the same ones; all if null
    workers: int = 0  # processes that read audio ahead of the step
    prefetch: int = 2  # batches that each of them reads ahead
    keep_frames: bool = False  # of a frozen encoder, on disk: the next run does not encode these utterances again
    voices: tuple[float, ...] = ()  # training recordings also at these speeds, as other speakers; 0.8 to 1.25
    rejected_share: float = 0.05  # a larger share of unreadable files stops the run


@dataclass
class Trainer:
    """The trainer section: how long, how fast, and on what machine."""

    max_steps: int = 1000
    lr: float = 1.0e-6
    warmup_steps: int = 0
    decay: str = "constant"  # constant or cosine
    weight_decay: float = 0.0
    grad_clip: float = 1.0
    accelerator: str = "auto"
    devices: int | str = "auto"
    num_nodes: int = 1
    strategy: str = "auto"
    tensor_parallel: int | None = None  # ranks that share one copy of the backbone's blocks; all of them if null
    precision: str = "auto"
    save_every_steps: int = 25
    log_every_steps: int = 1
    save_dtype: str = "float32"  # of the checkpoint's tensors; float16 halves what is shipped
    save_whole: bool = True  # false: only what start_from has not; the checkpoint then needs that one to be there too
    evaluate: bool = True  # on held-out speakers, before and after
    stuck_after_s: float = 3600.0  # a step that takes longer ends the process, with its stacks; 0 never does
    profile: bool = False  # say at the end where the steps' time and memory went


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
                config = _merge(config, OmegaConf.from_dotlist([override]), notes)
            else:
                OmegaConf.update(
                    config, key, value, force_add=True, merge=not _renames(OmegaConf.select(config, key), value)
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
    return _merge(base, config, notes), base_origins | origins


def _merge(base: DictConfig, change: Any, notes: list[str]) -> DictConfig:
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


def _renames(old: Any, new: Any) -> bool:
    """Whether a mapping names another thing than the one before it, whose options it then does not take over."""
    both = isinstance(old, DictConfig) and isinstance(new, DictConfig)
    return both and "name" in new and new["name"] != old.get("name")


def _make_room(base: DictConfig, change: Any, depth: int = 0) -> None:
    """Take out of `base` what `change` names anew inside a section, such as another schedule: its options go too."""
    for key in change:
        old, new = base.get(key), change.get(key)
        if not (isinstance(old, DictConfig) and isinstance(new, DictConfig)):
            continue
        if depth and _renames(old, new):
            base.pop(key)
        else:
            _make_room(old, new, depth + 1)


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

"""The sections of a recipe: those that name a part or a corpus, and the keys that each takes beside its own options."""

from dataclasses import dataclass

from zoo.core.registry import (
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
    keep: bool = False  # an encoder's published weights lie in the checkpoint too, which then needs no hub


@dataclass
class Data:
    """Keys that the data section takes beside the corpus's own options."""

    name: str
    utterances_per_step: int = 4
    test_utterances: int | None = None  # evaluate on so many, always the same ones; all if null
    workers: int = 0  # processes that read audio ahead of the step
    prefetch: int = 2  # batches that each of them reads ahead
    keep_frames: bool = False  # of a frozen encoder, on disk: the next run does not encode these utterances again
    speakers: tuple[float, ...] = (0.0, 1.0)  # the training speakers from one share of each corpus's to another
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

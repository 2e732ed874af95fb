"""Steps without a finite gradient: left out, counted and written down, and a stop where they do not end."""

from pathlib import Path
from typing import Any

from zoo.core.console import message
from zoo.core.errors import ZooError
from zoo.core.lines import dumps
from zoo.data.lesson import LessonBatch

MOST_IN_A_ROW = 10  # one bad recording passes, a lost run does not
FILE = "skipped.jsonl"


class Skips:
    """How many steps of a run were left out. Its state travels in the run's checkpoint."""

    def __init__(self) -> None:
        self.total = self.in_a_row = 0

    def fine(self) -> None:
        """The step has a finite gradient."""
        self.in_a_row = 0

    def note(self, step: int, norm: float, batch: Any, run: Path | None, rank: int) -> None:
        """Count a step without one, and write down what it was made of where the run has a folder.

        Raises:
            ZooError: it is the tenth in a row.
        """
        self.total, self.in_a_row = self.total + 1, self.in_a_row + 1
        where = ""
        if run is not None and run.is_dir():
            row = {"step": step, "rank": rank, "gradient_norm": str(norm), "batch": _about(batch)}
            with (run / FILE).open("a", encoding="utf-8") as file:
                file.write(dumps(row) + "\n")
            where = f"; what it was made of is in {run / FILE}"
        if self.in_a_row >= MOST_IN_A_ROW:
            raise ZooError(
                f"{MOST_IN_A_ROW} steps in a row, the last of them {step}, had a gradient that is no number: lower "
                f"trainer.lr, or take trainer.precision=32-true{where}"
            )
        if rank == 0:
            message(f"step {step} is left out: the norm of its gradient is {norm}{where}")

    def state_dict(self) -> dict[str, int]:
        """Plain numbers."""
        return {"total": self.total, "in_a_row": self.in_a_row}

    def load_state_dict(self, state: dict[str, int]) -> None:
        """The inverse."""
        self.total, self.in_a_row = state["total"], state["in_a_row"]


def _about(batch: Any) -> list[dict[str, Any]]:
    """What makes a batch again: files, and what was asked about them."""
    if isinstance(batch, LessonBatch):
        return [
            {"audio_paths": list(map(str, lesson.waves)), "question": lesson.question, "reply": lesson.reply}
            for lesson in batch.lessons
        ]
    return [{"audio_paths": [str(utterance.audio_path)]} for utterance in batch.utterances]

"""The way in which utterances are annotated: which tracker, which judges, and where their weights lie."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Way:
    """What an annotation depends on besides the recording and its words; names are those of the registries."""

    tracker: str = "swift-f0"
    speaker: str = "f0-formants"  # who judges gender and age
    speaker_weights: str | None = None  # a folder or hub name; None: as registered, or there are none
    stress_weights: str | None = None  # WhiStress's folder; None: stress by z-scores
    stress_backbone: str | None = None  # the Whisper that it needs, if not by its name on the hub

    @property
    def name(self) -> str:
        """The parts by their names, for marking what was made this way."""
        parts = (self.tracker, self.speaker, self.speaker_weights, self.stress_weights, self.stress_backbone)
        return "/".join(part for part in parts if part)

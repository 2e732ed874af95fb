"""A wave and its rate, one thing: read from a file, made mono, resampled once to 16 kHz, or refused in one sentence."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from zoo.acoustics.clipping import clipped_share
from zoo.acoustics.container import is_cut_short
from zoo.core.errors import ZooError
from zoo.core.legend import SAMPLE_RATE_HZ

SHORTEST_S = 0.05  # two periods of the lowest voice; below this no encoder gives a frame
LIMIT_S = 600.0
DEAD_DB = 60.0  # a channel this far below the loudest carries no voice, only its own noise
CANCEL_DB = 20.0  # channels whose mean loses this much are in opposite phase
SHOWN = 200  # characters of a path that is not there
SILENCE = 1e-6  # peak-to-peak, relative to full scale: less than one step of 16 bits can mean
UNKNOWN_FRAMES = 1 << 62  # libsndfile states about 2**63 frames for a stream of unknown length


@dataclass(frozen=True)
class Wave:
    """Mono samples [N], float32, full scale 1.0, and their rate."""

    samples: NDArray[np.float32]
    rate_hz: int = SAMPLE_RATE_HZ
    clipped_share: float = 0.0  # of the file's samples on flat tops, 0 to 1

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate_hz


def read_wave(path: str | Path, limit_s: float = LIMIT_S) -> Wave:
    """Read an audio file as mono float32 at 16 kHz.

    Channels are averaged; a dead channel is left out, and of channels in opposite phase the loudest is taken.

    Raises:
        ZooError: one sentence with the file and the way out, where the file is missing, a folder, empty, not audio, cut
            short, without signal, with samples that are no numbers, or shorter than 50 ms or longer than `limit_s`.
    """
    path = Path(path)
    _refuse_no_file(path)
    channels, rate_hz = _decode(path, limit_s)
    if not np.isfinite(channels).all():
        raise ZooError(f"{path} holds samples that are not finite numbers (NaN or infinity); write the file again")
    if len(channels) < round(SHORTEST_S * rate_hz):
        raise ZooError(
            f"{path} is {1000 * len(channels) / rate_hz:.0f} ms long, too short to hear a voice in; "
            f"give at least {1000 * SHORTEST_S:.0f} ms"
        )
    if float(np.ptp(channels, axis=0).max()) < SILENCE:
        raise ZooError(f"{path} is digital silence; check how it was recorded, or leave it out")
    return Wave(_resampled(_mono(channels), rate_hz), clipped_share=clipped_share(channels))


def _refuse_no_file(path: Path) -> None:
    try:
        there = path.exists()
    except OSError:  # a name too long for a file
        there = False
    if not there:
        raise ZooError(f"there is no file {str(path)[:SHOWN]}; check the path")
    if path.is_dir():
        raise ZooError(f"{path} is a folder; give an audio file in it")
    if not path.is_file():
        raise ZooError(f"{path} is a pipe or a device; give an audio file")
    if path.stat().st_size == 0:
        raise ZooError(f"{path} is empty (0 bytes); fetch or copy it again")


def _decode(path: Path, limit_s: float) -> tuple[NDArray[np.float32], int]:
    """Samples [N, channels] as the file has them, and its rate."""
    try:
        with soundfile.SoundFile(str(path)) as file:
            rate_hz, stated = file.samplerate, file.frames
            known = stated < UNKNOWN_FRAMES
            if known and stated > limit_s * rate_hz:
                raise _too_long(path, stated / rate_hz, limit_s)
            most = stated if known else int(limit_s * rate_hz) + 1
            channels = file.read(most, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        if is_cut_short(path):
            raise _cut(path) from None
        raise ZooError(
            f"{path} cannot be read as audio ({str(error.error_string).rstrip('.')}); "
            "give a WAV, FLAC, OGG or MP3 file, or convert it with ffmpeg"
        ) from None
    if not known and len(channels) == most:
        raise _too_long(path, most / rate_hz, limit_s)
    if is_cut_short(path) or (known and len(channels) < stated):
        raise _cut(path)
    return channels, rate_hz


def _cut(path: Path) -> ZooError:
    return ZooError(f"{path} is cut short: it holds less than its header says; fetch or copy it again")


def _too_long(path: Path, duration_s: float, limit_s: float) -> ZooError:
    return ZooError(f"{path} is {duration_s:.0f} s long, over the limit of {limit_s:.0f} s; cut it into utterances")


def _mono(channels: NDArray[np.float32]) -> NDArray[np.float32]:
    """[N, channels] to [N]: the mean of the live channels."""
    if channels.shape[1] == 1:
        return channels[:, 0]
    rms = channels.std(axis=0)
    live = channels[:, rms > rms.max() * 10 ** (-DEAD_DB / 20)]
    mean = live.mean(axis=1)
    if mean.std() < rms.max() * 10 ** (-CANCEL_DB / 20):
        return np.ascontiguousarray(channels[:, rms.argmax()])
    return np.ascontiguousarray(mean)


def _resampled(samples: NDArray[np.float32], rate_hz: int) -> NDArray[np.float32]:
    if rate_hz == SAMPLE_RATE_HZ:
        return samples
    import torch  # only here: importing torch takes a second, and a corpus at 16 kHz has no need of it
    from torchaudio.functional import resample

    # A prime rate such as 44101 Hz would ask for gigabytes of filters; a near ratio is off by 0.002 cents at most.
    ratio = Fraction(SAMPLE_RATE_HZ, rate_hz).limit_denominator(1000)
    out: NDArray[np.float32] = resample(torch.from_numpy(samples), ratio.denominator, ratio.numerator).numpy()
    return out

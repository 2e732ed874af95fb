"""eSpeak NG 1.52 through ctypes: text in, samples out, the same bytes every time.

The library (GPL-3.0) and its data come with the wheel `espeakng-loader` and are loaded at run time; nothing of them is
copied. It keeps state between utterances, so it is loaded anew for each, which takes 4 ms.
"""

import ctypes
import platform
from html import escape

import numpy as np
from numpy.typing import NDArray

from zoo.core.errors import ZooError

RETRIEVAL, RATE, VOLUME, PITCH, RANGE = 1, 1, 2, 3, 4  # espeak_AUDIO_OUTPUT and espeak_PARAMETER of speak_lib.h
UTF8_SSML = 0x01 | 0x10
SEED = 1
SLOWEST_WPM, FASTEST_WPM = 80, 450  # what the library itself takes
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def speak(text: str, voice: str, rate_wpm: float, pauses_ms: dict[int, int] | None = None) -> tuple[np.ndarray, int]:
    """Read a text in a voice such as `en-us+f2`, in a voice's own pitch.

    Args:
        text: one sentence, with its punctuation.
        voice: language and variant.
        rate_wpm: words a minute, 80 to 450.
        pauses_ms: silence after the word of that index.

    Returns:
        int16 samples and their rate in Hz.

    Raises:
        ZooError: if the library is not there or does not know the voice.
    """
    library = _load()
    try:
        return _speak(library, _marked(text, pauses_ms or {}), voice, rate_wpm)
    finally:
        _unload(library)


def _speak(library: ctypes.CDLL, ssml: str, voice: str, rate_wpm: float) -> tuple[NDArray[np.int16], int]:
    import espeakng_loader

    rate_hz = library.espeak_Initialize(RETRIEVAL + 1, 0, espeakng_loader.get_data_path().encode(), 0)
    if rate_hz <= 0:
        raise ZooError("eSpeak NG does not start; install it anew with: pip install --force-reinstall espeakng-loader")
    library.espeak_ng_SetRandSeed(ctypes.c_long(SEED))  # starting has seeded its flutter of F0 with the time of day
    ctypes.CDLL(None).srand(SEED)  # breath noise is drawn from the C library, whose state outlives the reload
    pieces: list[NDArray[np.int16]] = []

    def collect(samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: int | None) -> int:
        if samples and count > 0:
            pieces.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    callback = _CALLBACK(collect)  # kept in a variable: ctypes does not keep it alive
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(voice.encode()) != 0:
        raise ZooError(f'eSpeak NG has no voice "{voice}"')
    library.espeak_SetParameter(RATE, int(min(max(rate_wpm, SLOWEST_WPM), FASTEST_WPM)), 0)
    encoded = ssml.encode()
    library.espeak_Synth(encoded, ctypes.c_size_t(len(encoded) + 1), 0, 0, 0, UTF8_SSML, None, None)
    library.espeak_Synchronize()
    library.espeak_Terminate()
    return np.concatenate(pieces), rate_hz


def _marked(text: str, pauses_ms: dict[int, int]) -> str:
    words = [escape(word, quote=False) for word in text.split()]
    marked = [f'{w} <break time="{pauses_ms[i]}ms"/>' if pauses_ms.get(i) else w for i, w in enumerate(words)]
    return f"<speak>{' '.join(marked)}</speak>"


def _load() -> ctypes.CDLL:
    import espeakng_loader

    try:
        return ctypes.CDLL(espeakng_loader.get_library_path())
    except OSError as error:
        raise ZooError(f"eSpeak NG cannot be loaded ({error}); install it with: pip install espeakng-loader") from None


def _unload(library: ctypes.CDLL) -> None:
    """Drop the library, so that the next `_load` starts from a clean state."""
    if platform.system() != "Windows":  # there the handle is freed with the process; bytes may then differ
        import _ctypes

        _ctypes.dlclose(library._handle)

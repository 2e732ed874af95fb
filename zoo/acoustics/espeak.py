"""eSpeak NG 1.52 through ctypes: text in, samples and events out, the same bytes every time.

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
UTF8, SSML, PHONE_EVENTS = 0x01, 0x10, 0x01
END_OF_EVENTS, WORD_EVENT, PHONE_EVENT = 0, 1, 7  # espeak_EVENT_TYPE
SEED = 1
SLOWEST_WPM, FASTEST_WPM = 80, 450  # what the library itself takes


class VoiceError(ZooError):
    """eSpeak NG has no voice of that name."""


class EventRecord(ctypes.Structure):
    """`espeak_EVENT` of speak_lib.h."""

    _fields_ = [
        ("type", ctypes.c_int),
        ("message", ctypes.c_uint),
        ("text_position", ctypes.c_int),  # in characters, from 1
        ("length", ctypes.c_int),
        ("audio_ms", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user", ctypes.c_void_p),
        ("name", ctypes.c_char * 8),
    ]


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(EventRecord))
Event = tuple[int, int, int, str]  # type, text position, sample, name of an event


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
    samples, rate_hz, _ = say(_marked(text, pauses_ms or {}), voice, rate_wpm, UTF8 | SSML, 0)
    return samples, rate_hz


def say(text: str, voice: str, rate_wpm: float, flags: int, options: int) -> tuple[NDArray[np.int16], int, list[Event]]:
    """Read a text under eSpeak's own flags and options: samples, their rate in Hz, and what happened when."""
    library = _load()
    try:
        return _synthesise(library, text, voice, rate_wpm, flags, options)
    finally:
        _unload(library)


def _synthesise(
    library: ctypes.CDLL, text: str, voice: str, rate_wpm: float, flags: int, options: int
) -> tuple[NDArray[np.int16], int, list[Event]]:
    import espeakng_loader

    rate_hz = library.espeak_Initialize(RETRIEVAL + 1, 0, espeakng_loader.get_data_path().encode(), options)
    if rate_hz <= 0:
        raise ZooError("eSpeak NG does not start; install it anew with: pip install --force-reinstall espeakng-loader")
    library.espeak_ng_SetRandSeed(ctypes.c_long(SEED))  # starting has seeded its flutter of F0 with the time of day
    ctypes.CDLL(None).srand(SEED)  # breath noise is drawn from the C library, whose state outlives the reload
    pieces: list[NDArray[np.int16]] = [np.zeros(0, dtype=np.int16)]
    heard: list[Event] = []

    def collect(samples: "ctypes._Pointer[ctypes.c_short]", count: int, events: "ctypes._Pointer[EventRecord]") -> int:
        if samples and count > 0:
            pieces.append(np.ctypeslib.as_array(samples, (count,)).copy())
        i = 0
        while events[i].type != END_OF_EVENTS:
            event = events[i]
            name = event.name.decode("utf-8", "replace") if event.type == PHONE_EVENT else ""
            heard.append((event.type, event.text_position, event.sample, name))
            i += 1
        return 0

    callback = _CALLBACK(collect)  # kept in a variable: ctypes does not keep it alive
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(voice.encode()) != 0:
        raise VoiceError(f'eSpeak NG has no voice "{voice}"')
    library.espeak_SetParameter(RATE, int(min(max(rate_wpm, SLOWEST_WPM), FASTEST_WPM)), 0)
    encoded = text.encode()
    library.espeak_Synth(encoded, ctypes.c_size_t(len(encoded) + 1), 0, 0, 0, flags, None, None)
    library.espeak_Synchronize()
    library.espeak_Terminate()
    return np.concatenate(pieces), rate_hz, heard


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

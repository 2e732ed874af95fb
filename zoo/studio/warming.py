"""One answer before the first visitor comes: what is loaded on first use is loaded by then."""

import numpy as np
import torch

from zoo.acoustics.wave import Wave
from zoo.core.legend import SAMPLE_RATE_HZ
from zoo.models.load import thresholds
from zoo.models.speech_lm import SpeechLM
from zoo.studio.answering import answers
from zoo.studio.hearing import hear

HUM_HZ, HUM_S, HUM_PEAK = 150.0, 1.0, 0.1  # as high as a voice, long enough to be measured


def warm(model: SpeechLM, corpus: str) -> None:
    """Measure and answer a second of a hum; what is said of it does not matter.

    The process keeps the number of threads that the model decodes fastest with: a visitor's answer is made by whichever
    thread of the server is free, and each takes that number over.
    """
    with model.backbone.merged():
        threads = torch.get_num_threads()
    torch.set_num_threads(threads)
    at = np.arange(round(HUM_S * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    hum = sum(np.sin(2 * np.pi * HUM_HZ * k * at) / k for k in range(1, 8))
    wave = Wave((HUM_PEAK * hum / np.abs(hum).max()).astype(np.float32))
    hear(wave, "hm", thresholds(model)[corpus])
    for _ in answers(model, wave, corpus):
        pass

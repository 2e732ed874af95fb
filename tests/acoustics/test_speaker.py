import json
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from signals import padded, tone

from zoo.acoustics.formants import timbre
from zoo.acoustics.measure import measure_parts
from zoo.acoustics.speaker import SURE_LOGIT, female_logit, guess_gender
from zoo.acoustics.speaker_judge import Speaker, age_level, by_logit, vote
from zoo.acoustics.wave import Wave, read_wave
from zoo.core.errors import ZooError
from zoo.core.registry import speakers

SPEECH = Path(os.environ.get("ZOO_SPEECH") or Path(__file__).resolve().parents[3] / "shared" / "data")
TUBE = {
    size: tuple((2 * k + 1) * 35_000 / (4 * length_cm) for k in range(8))
    for size, length_cm in {"man": 17.5, "woman": 14.7}.items()
}  # the resonances of a uniform tube, to the top of the band: those above the fourth lift it
SIZES = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
CONVOLUTIONS = {"conv_dim": [16] * 7, "num_conv_pos_embeddings": 16, "num_conv_pos_embedding_groups": 2}


def vowel(hz, resonances_hz, seconds=1.0, amplitude=0.2):
    """A pulse train through a neutral vowel's resonances, 80 Hz wide, from a source that falls by 6 dB an octave."""
    n, rate = round(seconds * 16_000), 16_000
    pulses = np.zeros(n)
    pulses[np.round(np.arange(0, seconds - 0.01, 1 / hz) * rate).astype(int)] = 1.0
    f = np.fft.rfftfreq(2 * n, 1 / rate)
    s, response = 2j * np.pi * f, 1.0 / (1 + f / 100)
    for centre in resonances_hz:
        pole = 2 * np.pi * (-40 + 1j * centre)
        response = response * np.abs(pole) ** 2 / ((s - pole) * (s - np.conj(pole)))
    samples = np.fft.irfft(np.fft.rfft(pulses, 2 * n) * response)[:n]
    return padded(Wave((amplitude * samples / np.abs(samples).max()).astype(np.float32)), 0.1, 0.1)


def guessed(wave):
    _, track, levels = measure_parts(wave)
    return guess_gender(track, levels, wave)


@pytest.mark.parametrize("size", TUBE)
@pytest.mark.parametrize("hz", [110, 200])
def test_the_formants_of_a_tube_are_found_at_any_pitch(size, hz):
    wave = vowel(hz, TUBE[size])
    _, track, levels = measure_parts(wave)
    assert timbre(wave, track, levels).formants_hz == pytest.approx(TUBE[size][:4], rel=0.06)


def test_pitch_and_size_together_tell_a_voice():
    assert guessed(vowel(115, TUBE["man"]))[0] == "male"
    assert guessed(vowel(215, TUBE["woman"]))[0] == "female"


def test_an_angry_man_is_no_woman():
    assert guessed(vowel(230, TUBE["man"]))[0] != "female"


def test_a_gain_changes_nothing():
    loud, soft = vowel(115, TUBE["man"], amplitude=0.5), vowel(115, TUBE["man"], amplitude=0.005)
    assert guessed(loud)[1] == pytest.approx(guessed(soft)[1], abs=0.02)


def test_what_carries_no_voice_is_unknown():
    for wave in (
        Wave(np.zeros(16_000, np.float32)),
        Wave(np.random.default_rng(0).normal(0, 0.1, 16_000).astype(np.float32)),
        padded(tone(120, 0.06, 0.3, range(1, 9)), 0.2, 0.2),
    ):
        assert guessed(wave) == (None, 0.5)


def test_near_the_middle_nothing_is_said():
    unsure = by_logit(0.9 * SURE_LOGIT, SURE_LOGIT)
    assert unsure.gender is None
    assert 0.5 < unsure.confidence < 0.9
    assert by_logit(-3.0, SURE_LOGIT).gender == "male"
    assert female_logit((8.0, 1.5, -7.0)) > SURE_LOGIT
    assert female_logit((-6.0, -1.5, -8.0)) < -SURE_LOGIT


def test_several_clips_vote():
    clips = [by_logit(3.0, 2.0, 30.0), by_logit(1.0, 2.0, 34.0), by_logit(-0.5, 2.0, 61.0), Speaker()]
    together = vote(clips)
    assert together.gender == "female"
    assert together.age_years == 34.0
    assert vote([by_logit(3.0, 2.0), by_logit(-3.0, 2.0)]).gender is None
    assert vote([]) == Speaker()


@pytest.mark.parametrize(
    ("years", "level"),
    [(0, "Child"), (12.9, "Child"), (13, "Teenager"), (18, "Young Adult"), (40, "Middle-aged"), (60, "Elderly")],
)
def test_an_age_has_a_word(years, level):
    assert age_level(years) == level


def published(folder, gender_bias=(0.0, 0.0, 0.0), age=0.35, old_names=True):
    """A small random model on disk under the published names."""
    from transformers import Wav2Vec2Config, Wav2Vec2Model

    net = Wav2Vec2Model(Wav2Vec2Config(**SIZES, **CONVOLUTIONS, feat_extract_norm="layer", do_stable_layer_norm=True))
    tensors = {f"wav2vec2.{name}": value.contiguous() for name, value in net.state_dict().items()}
    if old_names:
        old = {"original0": "weight_g", "original1": "weight_v"}
        for name in [name for name in tensors if "parametrizations" in name]:
            tensors[name.replace("parametrizations.weight.", "").replace(name[-9:], old[name[-9:]])] = tensors.pop(name)
    for head, bias in (("age", (age,)), ("gender", gender_bias)):
        tensors[f"{head}.dense.weight"], tensors[f"{head}.dense.bias"] = torch.randn(32, 32), torch.zeros(32)
        tensors[f"{head}.out_proj.weight"] = 1e-4 * torch.randn(len(bias), 32)
        tensors[f"{head}.out_proj.bias"] = torch.tensor(bias)
    save_file(tensors, folder / "model.safetensors")
    net.config.save_pretrained(folder)
    return net.eval(), tensors


def judged(folder, wave=None):
    wave = wave or vowel(115, TUBE["man"])
    _, track, levels = measure_parts(wave)
    return speakers.build("wav2vec2-age-gender", {"weights": str(folder)}).judge(wave, track, levels)


@pytest.mark.parametrize("old_names", [True, False])
def test_the_model_gives_the_numbers_of_its_published_weights(tmp_path, old_names):
    net, tensors = published(tmp_path, (0.3, -0.2, -1.0), old_names=old_names)
    wave = vowel(115, TUBE["man"])
    samples = torch.from_numpy(wave.samples)
    with torch.no_grad():
        pooled = net(((samples - samples.mean()) / samples.std(correction=0))[None])[0].mean(1)[0]
        age, gender = (
            tensors[f"{h}.out_proj.weight"] @ torch.tanh(tensors[f"{h}.dense.weight"] @ pooled)
            + tensors[f"{h}.out_proj.bias"]
            for h in ("age", "gender")
        )
    found = judged(tmp_path, wave)
    assert found.age_years == pytest.approx(100 * float(age), abs=0.01)
    assert found.female_logit == pytest.approx(float(gender[0] - gender[1]), abs=1e-3)


@pytest.mark.parametrize(("order", "gender"), [((5.0, 0, 0), "female"), ((0, 5.0, 0), "male"), ((0, 0, 5.0), None)])
def test_the_three_outputs_are_female_male_child(tmp_path, order, gender):
    published(tmp_path, order, age=0.09)
    found = judged(tmp_path)
    assert found.gender == gender
    assert found.age_level == "Child"


def test_the_model_is_deaf_to_silence(tmp_path):
    published(tmp_path)
    assert judged(tmp_path, Wave(np.zeros(16_000, np.float32))) == Speaker()


def test_missing_or_unfit_weights_are_said_in_a_sentence(tmp_path):
    with pytest.raises(ZooError, match="neither a local folder nor to be had from the hub"):
        judged(tmp_path / "nowhere")
    _, tensors = published(tmp_path)
    del tensors["gender.out_proj.bias"]
    save_file(tensors, tmp_path / "model.safetensors")
    with pytest.raises(ZooError, match=r"do not fit: 1 of \d+ tensors.*gender.out_proj.bias"):
        judged(tmp_path)


@pytest.mark.parametrize("corpus", ["ravdess", "emodb"])
def test_real_speakers_are_told_or_left_open(corpus):
    manifest = SPEECH / f"{corpus}.jsonl"
    if not manifest.exists():
        pytest.skip("no real speech; set ZOO_SPEECH to its folder")
    rows = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()]
    rows = rows[:: len(rows) // 50]
    said = [guessed(read_wave(SPEECH / row["audio_path"]))[0] for row in rows]
    answered = [gender == row["gender"] for gender, row in zip(said, rows, strict=True) if gender]
    assert len(answered) >= 0.75 * len(rows)
    assert np.mean(answered) >= 0.93

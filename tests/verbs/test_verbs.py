"""The verbs as a person types them: JSON last on standard output, messages on standard error, exit codes."""

import json
import re
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import soundfile
import torch
import yaml

RATE_HZ = 16_000


def test_fit_reports_before_after_and_its_checkpoint(place, fitted):
    for figures in (fitted["before"], fitted["after"]):
        assert {"accuracy", "uar", "reward", "format", "n"} <= figures.keys()
        assert figures["n"] == 6
    folder = place.folder / fitted["checkpoint"]
    card = yaml.safe_load((folder / "card.yaml").read_text(encoding="utf-8"))
    assert card["split"] == "tones:test=s0"
    assert card["held_out"]["after"]["n"] == 6
    assert card["cost"]["steps"] == 2
    assert (folder.parent / "rejected.jsonl").read_text() == ""
    assert list(folder.parent.glob("events.out.tfevents.*"))


def test_evaluate_repeats_the_figures_of_the_fit(place, fitted):
    figures = place.json("zoo.evaluate", fitted["checkpoint"])
    assert {key: figures[key] for key in ("accuracy", "uar", "n", "format")} == {
        key: fitted["after"][key] for key in ("accuracy", "uar", "n", "format")
    }
    assert figures["split"] == fitted["split"]


def test_explain_gives_cues_trace_and_emotion_of_each_file(place, fitted):
    wavs = [place.folder / f"s0_{i}.wav" for i in range(2)]
    found = place.json("zoo.explain", fitted["checkpoint"], *wavs)
    assert [row["audio"] for row in found["files"]] == [str(wav) for wav in wavs]
    assert {"emotion", "trace", "cues"} <= found["files"][0].keys()
    assert found["files"][0]["measures"]["f0_median_hz"] == pytest.approx(170, abs=3)  # 110 + 60, as it was made


def test_explain_says_which_file_is_bad_and_goes_on(place, fitted):
    bad = place.folder / "bad.wav"
    bad.write_bytes(b"RIFF not a wave")
    done = place.run("zoo.explain", fitted["checkpoint"], bad, place.folder / "s0_0.wav", "--json")
    assert done.returncode == 0
    assert "bad.wav" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(json.loads(done.stdout.strip().split("\n")[-1])["files"]) == 1
    assert place.run("zoo.explain", fitted["checkpoint"], bad).returncode == 2


@pytest.mark.parametrize(
    ("rate_hz", "channels", "subtype", "seconds"),
    [(8_000, 1, "PCM_16", 0.6), (48_000, 2, "PCM_24", 0.6), (44_100, 1, "FLOAT", 0.6), (16_000, 1, "PCM_16", 0.05)],
)
def test_explain_takes_audio_of_any_rate_width_and_channels(place, fitted, rate_hz, channels, subtype, seconds):
    path = place.folder / f"{rate_hz}_{subtype}_{seconds}.wav"
    tone = 0.2 * np.sin(2 * np.pi * 200 * np.arange(int(rate_hz * seconds)) / rate_hz)
    soundfile.write(path, np.stack([tone] * channels, 1), rate_hz, subtype=subtype)
    assert place.json("zoo.explain", fitted["checkpoint"], path)["files"][0]["audio"] == str(path)


def test_a_wrong_name_is_one_message_and_exit_code_2(place):
    done = place.run("zoo.fit", place.recipe, "encoder.name=wisper-base")
    assert done.returncode == 2
    assert done.stderr == (
        'override encoder.name=wisper-base: there is no encoder "wisper-base"; did you mean "whisper-base"?\n'
    )
    assert done.stdout == ""


def test_an_encoder_the_hub_cannot_give_is_one_message(place):
    done = place.run("zoo.fit", place.recipe, "encoder.name=wavlm-base")
    assert done.returncode == 2
    assert '"microsoft/wavlm-base" is neither a local folder nor to be had from the hub' in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bad_file_in_a_corpus_is_left_out_and_listed(place):
    folder = place.folder / "some_bad"
    folder.mkdir()
    for path in [*place.folder.glob("s*.wav"), place.manifest]:
        shutil.copy(path, folder)
    (folder / "s1_0.wav").write_bytes(b"")
    recipe = folder / "some.yaml"
    recipe.write_text(place.recipe.read_text().replace(str(place.manifest), str(folder / "tones.jsonl")))
    done = place.run("zoo.fit", recipe, "--json")
    assert done.returncode == 0, done.stderr
    run = json.loads(done.stdout.strip().split("\n")[-1])["checkpoint"].rsplit("/", 1)[0]
    (row,) = (place.folder / run / "rejected.jsonl").read_text().strip().split("\n")
    assert json.loads(row)["audio_path"].endswith("s1_0.wav")
    for i in range(1, 4):
        (folder / f"s1_{i}.wav").write_bytes(b"")
    done = place.run("zoo.fit", recipe)
    assert done.returncode == 2
    assert "4 of 24 audio files cannot be measured" in done.stderr


def test_a_finished_or_missing_run_is_resumed_in_words(place):
    made = place.json("zoo.fit", place.recipe)  # the latest run of the recipe is this one, whatever ran before
    of_run = (place.folder / made["checkpoint"]).with_name("recipe.yaml")
    older = yaml.safe_load(of_run.read_text(encoding="utf-8"))
    del older["prosody"]["dropout"]  # as if the option were younger than the run, which had its default then
    of_run.write_text(yaml.safe_dump(older, sort_keys=False), encoding="utf-8")
    done = place.run("zoo.fit", place.recipe, "--resume", "trainer.max_steps=4", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.strip().split("\n")[-1])["steps"] == 4
    done = place.run("zoo.fit", place.recipe, "--resume", "seed=4")
    assert done.returncode == 2
    assert "was run with another seed" in done.stderr
    done = place.run("zoo.fit", place.recipe, "--resume", "nowhere")
    assert done.returncode == 2
    assert "there is nothing to resume in nowhere" in done.stderr


def test_ls_is_quick_and_knows_every_kind(place, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    place.run("zoo.ls")
    start = time.monotonic()
    listed = place.json("zoo.ls")
    assert time.monotonic() - start < 5  # it takes 0.2 s; importing torch by mistake would show on a busy machine too
    assert {"encoders", "backbones", "adapters", "recipes", "checkpoints"} <= listed.keys()
    whisper = "21 M parameters; 50 frames/s; Apache-2.0; openai/whisper-base, not fetched yet"
    assert listed["encoders"]["whisper-base"].endswith(whisper)
    assert place.json("zoo.ls", "adapters", "conv-mlp")["options"]["stride"] == {"type": "int", "default": "4"}
    done = place.run("zoo.ls", "encoder")
    assert done.returncode == 2
    assert 'did you mean "encoders"?' in done.stderr


def test_listing_and_checking_import_no_torch(place):
    for words in (["zoo.ls"], ["zoo.fit", str(place.recipe), "--check"]):
        code = (
            f"import sys, runpy; sys.argv={words!r}\ntry: runpy.run_module({words[0]!r}, run_name='__main__')\n"
            "except SystemExit as e: assert not e.code\nassert 'torch' not in sys.modules"
        )
        script = place.folder / "no_torch.py"
        script.write_text(code)
        done = place.run("no_torch")
        assert done.returncode == 0, done.stderr


def test_a_run_stopped_by_ctrl_c_says_how_to_go_on_and_goes_on(place):
    words = [
        sys.executable,
        "-m",
        "zoo.fit",
        str(place.recipe),
        "trainer.max_steps=2000",
        "seed=9",
        "trainer.evaluate=false",
    ]
    before = set(place.folder.glob("runs/tones/*/resume/last.ckpt"))
    log = place.folder / "ctrl_c.log"  # not a pipe: one that nobody reads fills up and stops the run
    with log.open("w") as file:
        run = subprocess.Popen(
            words,
            cwd=place.folder,
            env=place.env,
            stderr=file,
            # a job in the background of a shell ignores Ctrl-C, and what it starts inherits that
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
    deadline = time.monotonic() + 120
    while set(place.folder.glob("runs/tones/*/resume/last.ckpt")) == before and time.monotonic() < deadline:
        time.sleep(0.1)
    run.send_signal(signal.SIGINT)
    assert run.wait(timeout=60) == 2
    said = re.search(r"stopped at step (\d+) of 2000; go on with: python -m (zoo.fit) (.*) (--resume)", log.read_text())
    assert said, log.read_text()
    stopped_at = int(said[1])
    (state,) = set(place.folder.glob("runs/tones/*/resume/last.ckpt")) - before
    assert torch.load(state, weights_only=True)["global_step"] == stopped_at  # nothing is lost
    steps = f"trainer.max_steps={stopped_at + 1}"
    done = place.run(*said.groups()[1:], steps, "--json")  # the command as it was said, which needs no override again
    assert done.returncode == 0, done.stderr
    assert f"runs/tones/{state.parent.parent.name}/" in json.loads(done.stdout.strip().split("\n")[-1])["checkpoint"]


def test_two_evaluations_saved_are_pooled(place, fitted, tmp_path):
    checkpoint = str(place.folder / fitted["checkpoint"])
    split = ("data.test_speakers=[s0,s1]", "data.test_speakers=[s2]")
    figures = [place.json("zoo.evaluate", checkpoint, s, "--save", tmp_path / f"{i}.json") for i, s in enumerate(split)]
    assert [row["speakers_in_both"] for row in figures] == [0, 0]
    assert [row["speakers_heard"] for row in figures] == [1, 1]  # s0 alone was held out in training
    found = place.json("zoo.folds", tmp_path / "0.json", tmp_path / "1.json")
    assert found["pooled"]["n"] == sum(row["n"] for row in figures) == 18
    mean = sum(row["macro_f1"] for row in figures) / 2
    assert abs(found["mean_of_folds"]["macro_f1"]["mean"] - mean) < 1e-12

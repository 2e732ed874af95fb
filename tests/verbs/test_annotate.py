"""`zoo.annotate` on small corpora of files: what it writes, what it makes of bad input, where levels come from."""

import json
import os
import re
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.corpus import write_corpus
from zoo.annotate import main
from zoo.core.errors import ZooError
from zoo.core.places import PROJECT

RATE_HZ = 16_000
OFFICIAL = {
    *("pitch_level", "energy_level", "speed_level", "stressed_words", "intonation", "gender", "age_level"),
    *("f0_median_hz", "f0_p5_hz", "f0_p95_hz", "f0_range_st", "f0_std_st", "f0_reliable", "voiced_share_of_speech"),
    *("energy_dbfs", "noise_floor_dbfs", "est_snr_db", "n_phonemes", "articulation_rate_pps", "speaking_rate_pps"),
    *("contour_shape", "contour_confidence", "contour_delta_st", "contour_turn_depth_st", "contour_turn_position"),
    "words",
}


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def annotate(manifest, *more, out="out.jsonl"):
    out = manifest.parent / out
    result = main([str(manifest), str(out), "--workers", "1", *more])
    return result, lines(out)


@pytest.fixture(scope="module")
def tones(tmp_path_factory):
    """36 tones, annotated once with traces: (manifest, result, rows)."""
    manifest = write_corpus(tmp_path_factory.mktemp("tones"), speakers=6, each=6)
    return manifest, *annotate(manifest, "--reason", "offline")


@pytest.fixture
def fresh(tmp_path):
    return write_corpus(tmp_path, speakers=2, each=3)


def test_a_row_has_the_official_fields_beside_those_it_came_with(tones):
    manifest, result, rows = tones
    given = lines(manifest)
    assert result["annotated"] == result["measured"] == len(rows) == len(given) == 36
    for row, had in zip(rows, given, strict=True):
        assert had.items() <= row.items()
        assert row.keys() >= OFFICIAL
    assert rows[0]["f0_median_hz"] == pytest.approx(170, abs=3)  # as it was made


def test_levels_are_tertiles_of_the_corpus_and_of_the_gender(tones):
    manifest, _, rows = tones
    thresholds = json.loads((manifest.parent / "out.thresholds.json").read_text())["corpora"]["tones"]
    low, high = thresholds["energy_dbfs"]
    assert thresholds["n"]["energy_dbfs"] == 36
    assert low < high
    for row in rows:
        if min(abs(row["energy_dbfs"] - edge) for edge in (low, high)) > 1e-3:  # the row's numbers are rounded
            expected = "low" if row["energy_dbfs"] < low else "high" if row["energy_dbfs"] > high else "normal"
            assert row["energy_level"] == expected
    assert thresholds["n"]["pitch_hz.female"] == 18
    assert thresholds["fall_back"] == {"female": "everyone", "male": "everyone"}, (
        "18 are too few for edges of their own"
    )
    _, rows = annotate(manifest, "--smallest-group", "18", out="small.jsonl")
    thresholds = json.loads((manifest.parent / "small.thresholds.json").read_text())["corpora"]["tones"]
    assert thresholds["fall_back"] == {}
    for gender in ("female", "male"):
        levels = [row["pitch_level"] for row in rows if row["gender"] == gender]
        assert levels.count("low") == levels.count("high") == 6


def test_a_trace_leads_from_the_annotation_to_the_emotion(tones):
    _, result, rows = tones
    assert result["traces"] == 36
    for row in rows:
        assert 50 <= len(row["reasoning"].split()) <= 200
        assert row["emotion"] in row["reasoning"].rpartition(". ")[2]
    assert len({row["reasoning"] for row in rows}) > 30


def test_a_row_without_emotion_has_no_trace_and_is_counted(fresh):
    given = lines(fresh)
    given[0].pop("emotion")
    fresh.write_text("".join(json.dumps(row) + "\n" for row in given))
    result, rows = annotate(fresh, "--reason", "offline", "--thresholds", "ravdess")
    assert result["no_trace"] == {"no emotion": 1}
    assert ["reasoning" in row for row in rows] == [False, *[True] * 5]


def test_a_second_run_measures_nothing_and_changes_no_file(fresh):
    annotate(fresh, "--reason", "offline")
    before = {p.name: (p.stat().st_mtime_ns, p.read_bytes()) for p in fresh.parent.iterdir()}
    result, _ = annotate(fresh, "--reason", "offline")
    assert result["measured"] == 0
    assert {p.name: (p.stat().st_mtime_ns, p.read_bytes()) for p in fresh.parent.iterdir()} == before


def test_a_changed_recording_or_transcript_is_measured_again(fresh):
    _, first = annotate(fresh)
    wave, _ = soundfile.read(fresh.parent / "s0_0.wav")
    soundfile.write(fresh.parent / "s0_0.wav", 0.1 * wave, RATE_HZ)
    result, rows = annotate(fresh)
    assert result["measured"] == 1
    assert rows[0]["energy_dbfs"] == pytest.approx(first[0]["energy_dbfs"] - 20, abs=0.1)
    given = lines(fresh)
    given[1]["transcription"] = "Another tone."
    given[2]["emotion"] = "calm"  # the signal does not depend on it
    fresh.write_text("".join(json.dumps(row) + "\n" for row in given))
    result, rows = annotate(fresh)
    assert result["measured"] == 1
    assert rows[2]["emotion"] == "calm"


def test_a_touched_or_copied_recording_is_not_measured_again(fresh):
    annotate(fresh)
    os.utime(fresh.parent / "s0_0.wav", ns=(1, 1))
    assert annotate(fresh)[0]["measured"] == 0


def test_another_tracker_measures_anew(fresh):
    annotate(fresh)
    assert annotate(fresh, "--tracker", "harvest")[0]["measured"] == 6
    assert annotate(fresh, "--tracker", "harvest")[0]["measured"] == 0
    assert annotate(fresh)[0]["measured"] == 0


def test_shards_measure_parts_and_a_run_without_ends_them(fresh):
    _, whole = annotate(fresh, out="whole.jsonl")
    assert main([str(fresh), str(fresh.parent / "out.jsonl"), "--shard", "1/3"])["measured"] == 2
    assert main([str(fresh), str(fresh.parent / "out.jsonl"), "--shard", "1/3"])["measured"] == 0
    assert main([str(fresh), str(fresh.parent / "out.jsonl"), "--shard", "3/3"])["measured"] == 2
    assert not (fresh.parent / "out.jsonl").exists()
    assert (fresh.parent / "out.measures.3-of-3.jsonl").exists()
    result, rows = annotate(fresh)
    assert result["measured"] == 2
    assert rows == whole
    for wrong in ("0/3", "4/3", "1", "a/b"):
        with pytest.raises(ZooError, match="which of how many"):
            main([str(fresh), str(fresh.parent / "out.jsonl"), "--shard", wrong])


def write_bad_input(folder):
    """A manifest with every kind of bad input, and the reasons to be given (None: annotated without a word)."""
    rng = np.random.default_rng(0)
    tone = sum(np.sin(2 * np.pi * 150 * k * np.arange(RATE_HZ) / RATE_HZ) / k for k in range(1, 8))
    good = 0.1 * tone * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * np.arange(RATE_HZ) / RATE_HZ))
    waves = {
        "good": good,
        "silent": np.zeros(RATE_HZ),
        "clipped": np.clip(20 * good, -1, 1),
        "noise": 0.1 * rng.normal(size=2 * RATE_HZ),
        "50ms": good[:800],
        "49ms": good[:784],
        "wrong": good,
        "empty_text": good,
        "dead_channel": np.stack([good, np.zeros(RATE_HZ)], 1),
    }
    for name, wave in waves.items():
        soundfile.write(folder / f"{name}.wav", wave, RATE_HZ)
    (folder / "empty.wav").write_bytes(b"")
    (folder / "corrupt.wav").write_bytes(b"RIFF no wave" * 100)
    (folder / "cut.wav").write_bytes((folder / "good.wav").read_bytes()[:9000])
    two_hours = soundfile.SoundFile(folder / "two_hours.wav", "w", 8000, 1, "PCM_U8")
    with two_hours:
        for _ in range(120):
            two_hours.write(np.zeros(60 * 8000, np.int16))
    return {
        '{"audio_path": "good.wav", "language": "de"}': None,
        '{"audio_path": "missing.wav"}': "there is no file",
        '{"audio_path": "empty.wav"}': "is empty",
        '{"audio_path": "corrupt.wav"}': "cannot be read as audio",
        '{"audio_path": "cut.wav"}': "is cut short",
        '{"audio_path": "silent.wav"}': "digital silence",
        '{"audio_path": "49ms.wav"}': "too short",
        '{"audio_path": "two_hours.wav"}': "7200 s long, over the limit",
        '{"audio_path": "clipped.wav"}': r"doubt: .*clipped",
        '{"audio_path": "noise.wav"}': r"doubt: .*voiced",
        '{"audio_path": "50ms.wav"}': r"doubt: .*voiced",
        '{"audio_path": "wrong.wav", "text": "Ein Ton.", "language": "de"}': r"doubt: .*cannot be followed",
        '{"audio_path": "empty_text.wav", "text": " "}': r"doubt: .*empty",
        '{"audio_path": "dead_channel.wav"}': None,
        '{"audio_path": "./good.wav"}': "same audio_path as line 1",
        '{"audio_path": "."}': "is a folder",
        '{"audio_path": 7}': "not text",
        '{"audio_path": "a\\u0000b.wav"}': "null character",
        '{"transcription": "No path."}': "no audio_path",
        '["good.wav"]': "not a JSON object",
        '{"audio_path": "torn': "not JSON",
        "[" * 100_000: "not JSON|nested too deeply",
        "\udcff": "not UTF-8",
        "": None,
    }


@pytest.fixture(scope="module")
def bad(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bad")
    cases = write_bad_input(folder)
    (folder / "in.jsonl").write_text("\n".join(cases) + "\n", encoding="utf-8", errors="surrogateescape")
    result, rows = annotate(folder / "in.jsonl")
    return cases, result, rows, lines(folder / "out.errors.jsonl")


def test_every_bad_input_is_told_with_line_path_and_reason(bad):
    cases, result, rows, errors = bad
    told = {}
    for error in errors:
        told.setdefault(error["line"], []).append(("" if not error["annotated"] else "doubt: ") + error["reason"])
    for number, (line, reason) in enumerate(cases.items(), 1):
        if reason is None:
            assert number not in told, line
        else:
            assert any(re.search(reason, text) for text in told[number]), (line[:80], told.get(number))
    failed = [reason for reason in cases.values() if reason and not reason.startswith("doubt")]
    assert result["failed"] == len(failed) == sum(result["reasons"].values())
    assert [row["audio_path"] for row in rows] == [
        f"{name}.wav" for name in ("good", "clipped", "noise", "50ms", "wrong", "empty_text", "dead_channel")
    ]
    assert errors[0]["audio_path"] == "missing.wav"


def test_what_bad_input_does_not_carry_is_null(bad):
    _, _, rows, _ = bad
    of = {row["audio_path"].removesuffix(".wav"): row for row in rows}
    assert of["noise"]["pitch_level"] is None
    assert of["noise"]["intonation"] in ("uncertain", "too_short")
    assert of["50ms"]["intonation"] in ("uncertain", "too_short", None)
    assert of["50ms"]["speed_level"] is None
    same = ("f0_median_hz", "contour_shape", "energy_dbfs")
    assert [of["dead_channel"][name] for name in same] == [of["good"][name] for name in same]


def test_a_mended_file_is_taken_up_by_the_next_run(fresh):
    path = fresh.parent / "s0_0.wav"
    whole = path.read_bytes()
    path.unlink()
    assert annotate(fresh)[0]["failed"] == 1
    assert annotate(fresh)[0]["measured"] == 0, "what is missing is not looked for twice"
    path.write_bytes(whole)
    result, rows = annotate(fresh)
    assert (result["measured"], result["failed"], len(rows)) == (1, 0, 6)


def test_nothing_to_annotate_is_an_error_and_leaves_the_output_alone(fresh):
    annotate(fresh)
    before = (fresh.parent / "out.jsonl").read_bytes()
    fresh.write_text("no json\n")
    with pytest.raises(ZooError, match=r"no row of .* could be annotated; .*out\.errors\.jsonl says why"):
        annotate(fresh)
    assert (fresh.parent / "out.jsonl").read_bytes() == before
    assert lines(fresh.parent / "out.errors.jsonl")[0]["reason"] == "not JSON"


def test_a_row_needs_a_path_alone(tmp_path):
    manifest = write_corpus(tmp_path, speakers=1, each=2)
    manifest.write_text("".join(json.dumps({"audio_path": f"s0_{i}.wav", "gt": "sad"}) + "\n" for i in range(2)))
    result, rows = annotate(manifest)
    assert (result["annotated"], result["failed"]) == (2, 0)
    assert {row["speed_level"] for row in rows} == {None}, "two clips are no distribution"
    assert rows[0]["gt"] == "sad"


def test_stored_thresholds_label_a_single_clip(tones, tmp_path):
    manifest, _, rows = tones
    folder = manifest.parent
    one = folder / "one.jsonl"
    one.write_text(json.dumps(lines(manifest)[0]) + "\n")
    assert annotate(one, out="alone.jsonl")[1][0]["energy_level"] is None
    _, (row,) = annotate(one, "--thresholds", str(folder / "out.thresholds.json"), out="one.out.jsonl")
    assert {k: row[k] for k in row if k.endswith("_level")} == {k: rows[0][k] for k in row if k.endswith("_level")}
    assert row["levels_of"] == "stored: tones"
    assert annotate(one, "--thresholds", "ravdess", out="one.out.jsonl")[1][0]["energy_level"] == "high"
    with pytest.raises(ZooError, match='did you mean "ravdess"'):
        annotate(one, "--thresholds", "ravdes", out="one.out.jsonl")


def test_by_speaker_a_clip_is_held_against_its_speakers_others(tmp_path):
    manifest = write_corpus(tmp_path, speakers=2, each=18)
    given = lines(manifest)[:24]  # 18 of the first speaker, six of the second
    manifest.write_text("".join(json.dumps(row) + "\n" for row in given))
    _, rows = annotate(manifest, "--by-speaker")
    assert [row["levels_of"] for row in rows] == ["speaker"] * 18 + ["corpus"] * 6
    heights = sorted(row["f0_median_hz"] for row in rows[:18])
    for row in rows[:18]:
        rank = heights.index(row["f0_median_hz"])
        expected = "low" if rank < 6 else "high" if rank > 11 else "normal"
        assert row["pitch_level"] == expected
    kept = json.loads((tmp_path / "out.thresholds.json").read_text())
    assert kept["speakers"]["tones/s0"]["n"]["energy_dbfs"] == 18
    assert kept["speakers"]["tones/s1"]["energy_dbfs"] is None


def test_a_duplicate_is_annotated_but_counts_for_no_threshold(tmp_path):
    manifest = write_corpus(tmp_path, speakers=2, each=3)
    given = lines(manifest)
    given[1]["duplicate_of"] = "s0_0.wav"
    manifest.write_text("".join(json.dumps(row) + "\n" for row in given))
    _, rows = annotate(manifest)
    assert len(rows) == 6
    kept = json.loads((tmp_path / "out.thresholds.json").read_text())
    assert kept["corpora"]["tones"]["n"]["energy_dbfs"] == 5


def test_the_output_is_a_manifest_wherever_it_lies(fresh):
    from zoo.data.manifest import read_manifest

    (fresh.parent / "there").mkdir()
    annotate(fresh, out="there/out.jsonl")
    paths = [u.audio_path.resolve() for u in read_manifest(fresh.parent / "there" / "out.jsonl")]
    assert paths == [u.audio_path.resolve() for u in read_manifest(fresh)]


def test_wrong_options_are_one_sentence(fresh):
    for words, sentence in (
        (["none.jsonl", "out.jsonl"], "there is no manifest"),
        ([str(fresh), str(fresh)], "is the manifest itself"),
        ([str(fresh), str(fresh.parent)], "is a folder"),
        ([str(fresh), str(fresh.parent / "none" / "out.jsonl")], "or in none"),
        ([str(fresh), str(fresh.parent / "o.jsonl"), "--tracker", "swift"], 'did you mean "swift-f0"'),
        ([str(fresh), str(fresh.parent / "o.jsonl"), "--workers", "0"], "give at least 1"),
        ([str(fresh), str(fresh.parent / "o.jsonl"), "--reason", "api"], "needs a model"),
    ):
        with pytest.raises(ZooError, match=sentence):
            main(words)


def test_what_an_api_would_be_asked_is_written_without_asking(fresh):
    result, rows = annotate(fresh, "--reason", "api", "--dry-run", "--thresholds", "ravdess")
    asked = lines(fresh.parent / "out.prompts.jsonl")
    assert result["prompts"].endswith("out.prompts.jsonl")
    assert [row["audio_path"] for row in asked] == [row["audio_path"] for row in rows]
    assert "emotion to arrive at: angry" in asked[0]["messages"][1]["content"]


def test_a_corpus_levelled_file_by_file_has_no_levels_of_energy(tmp_path):
    manifest = write_corpus(tmp_path, speakers=2, each=16)
    for path in tmp_path.glob("*.wav"):
        wave, _ = soundfile.read(path)
        soundfile.write(path, 0.9 * wave / np.abs(wave).max(), RATE_HZ)
    for more in ([], ["--thresholds", "ravdess"]):
        _, rows = annotate(manifest, *more)
        assert {row["energy_level"] for row in rows} == {None}
        assert {row["speed_level"] for row in rows} != {None}
    assert json.loads((tmp_path / "out.thresholds.json").read_text())["levelled"] == ["tones"]
    assert "normalised one by one" in (tmp_path / "out.report.html").read_text()


def test_an_api_writes_the_traces_once_and_again_where_the_facts_changed(fresh, monkeypatch):
    pytest.importorskip("openai", reason="asking an API needs the extra: pip install 'emotionthinker-zoo[api]'")
    from tests.standin import Reply, StandIn
    from zoo.text.api_writer import dry_run
    from zoo.text.reasoning import reason_offline

    def ask(server):
        more = ("--reason", "api", "--model", "m", "--base-url", server.base_url, "--thresholds", "ravdess")
        return annotate(fresh, *more)

    def answer(request, number):
        return Reply(good[request["messages"][1]["content"]])

    monkeypatch.setenv("OPENAI_API_KEY", "none")
    _, plain = annotate(fresh, "--thresholds", "ravdess")
    changed = [{**row, "emotion": "sad"} for row in plain]
    good = {
        asked["messages"][1]["content"]: reason_offline(row, "x")[0]
        for rows in (plain, changed)
        for row, asked in zip(rows, dry_run(rows), strict=True)
    }
    with StandIn(answer) as server:
        result, rows = ask(server)
        assert (result["traces"], result["traces_failed"]) == (6, 0)
        assert [row.pop("reasoning_by") for row in rows] == ["m"] * 6
        assert [row.pop("reasoning") for row in rows] == [reason_offline(row, "x")[0] for row in plain]
        assert rows == plain
        _, again = ask(server)
        assert len(server.requests) == 6, "nothing is asked twice"
        given = lines(fresh)
        given[0]["emotion"] = "sad"
        fresh.write_text("".join(json.dumps(row) + "\n" for row in given))
        _, rows = ask(server)
        assert len(server.requests) == 7
        assert rows[0]["reasoning"] == reason_offline(changed[0], "x")[0]
        assert rows[1:] == again[1:]


def test_words_and_stress_of_speech_and_a_wrong_transcript(tmp_path):
    speech = Path(os.environ.get("ZOO_SPEECH") or PROJECT.parent / "shared" / "data")
    if not (speech / "ravdess.jsonl").is_file():
        pytest.skip(f"there is no ravdess.jsonl in {speech}; set ZOO_SPEECH to its folder")
    given = lines(speech / "ravdess.jsonl")[:4]
    for row in given:
        row["audio_path"] = str(speech / row["audio_path"])
    given[1].pop("transcription")
    given[2]["transcription"] = " "
    given[3]["transcription"] = "Yesterday somebody bought fourteen pounds of excellent bananas at the harbour."
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in given))
    _, (right, without, empty, wrong) = annotate(tmp_path / "in.jsonl", "--thresholds", "ravdess")
    assert [word["word"] for word in right["words"]] == ["Kids", "are", "talking", "by", "the", "door"]
    assert {"word", "start_s", "end_s", "stress", "stress_f0_z", "stress_energy_z"} <= right["words"][0].keys()
    assert set(right["stressed_words"]) <= {word["word"] for word in right["words"]}
    assert right["n_phonemes"] == 18
    assert 5 < right["articulation_rate_pps"] < 20
    assert right["alignment_score"] > 0.9
    for row in (without, empty, wrong):
        assert row["words"] is row["stressed_words"] is row["articulation_rate_pps"] is None
        assert row["speed_level"] is not None, "by syllables"
    errors = {error["line"]: error["reason"] for error in lines(tmp_path / "out.errors.jsonl") if error["annotated"]}
    assert errors.keys() == {3, 4}
    assert "is empty" in errors[3]
    assert "cannot be followed" in errors[4]


def test_weights_that_are_not_there_are_said_before_anything_is_measured(fresh, tmp_path):
    out = str(fresh.parent / "o.jsonl")
    for words, sentence in (
        (["--speaker-weights", str(tmp_path)], "has no weights"),
        (["--speaker", "f0-formant"], 'did you mean "f0-formants"'),
        (["--speaker", "wav2vec2-age-gender", "--speaker-weights", str(tmp_path / "none")], "none"),
        (["--stress-weights", str(tmp_path)], "WhiStress"),
    ):
        with pytest.raises(ZooError, match=sentence):
            main([str(fresh), out, *words])
    assert not (fresh.parent / "o.measures.jsonl").exists()

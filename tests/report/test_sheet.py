"""A blind sheet: nobody can tell the systems from it, and read back it gives what simulated raters meant."""

import json
import re
from collections import Counter

import pytest

from tests.report.sheets import evaluation, fill, read, write
from zoo.core.criteria import CRITERIA
from zoo.core.errors import ZooError
from zoo.report.ratings import NONE

NAMES = ("zebra_grpo", "walrus_sft")


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    folder = tmp_path_factory.mktemp("evaluations")
    judge = {"zebra_grpo": 0.9, "walrus_sft": 0.3}
    return [evaluation(folder, name, judge=lambda key, name=name: [judge[name]] * 4) for name in NAMES]


@pytest.fixture(scope="module")
def sheet(two, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sheets") / "sheet"
    write(folder, *two, utterances=12, repeats=0.25)
    return folder


def key(folder):
    return json.loads((folder / "key.json").read_text())["items"]


def test_page_and_csv_do_not_tell_who_is_who(sheet):
    for name in ("sheet.html", "sheet.csv"):
        text = re.sub(r"base64,[^\"]+", "", (sheet / name).read_text()).lower()  # any letters are in a recording
        for secret in (*NAMES, *(word for name in NAMES for word in name.split("_")), "tones/", "s0_0", "grounding"):
            assert secret not in text, f"{name} tells {secret}"
    assert [line.split(",")[0] for line in (sheet / "sheet.csv").read_text().split()[1:]] == [
        one["item"] for one in key(sheet)
    ]


def test_the_order_tells_no_system(two, tmp_path):
    """Over many seeds either system speaks first of an utterance about half the time, in every place of the sheet."""
    first, places = Counter(), Counter()
    for seed in range(20):
        write(tmp_path / str(seed), *two, utterances=8, repeats=0, seed=seed)
        items = key(tmp_path / str(seed))
        rounds = [items[:8], items[8:]]
        assert {one["utterance"] for one in rounds[0]} == {one["utterance"] for one in rounds[1]}
        assert len({(one["utterance"], one["system"]) for one in items}) == 16
        first.update(one["system"] for one in rounds[0])
        places.update(place for place, one in enumerate(items) if one["system"] == NAMES[0])
    assert 55 <= first[NAMES[0]] <= 105, "80 of 160 expected; 25 are four standard deviations"
    assert len(places) == 16
    assert max(places.values()) <= 19


def test_emotions_and_speakers_are_balanced_and_the_same_seed_gives_the_same_sheet(sheet, two, tmp_path):
    whole = {one["utterance"]: one for one in key(sheet)}.values()
    assert Counter(one["emotion"] for one in whole) == {"angry": 6, "sad": 6}
    assert Counter(one["speaker"] for one in whole) == {f"s{i}": 3 for i in range(4)}
    write(tmp_path / "again", *two, utterances=12, repeats=0.25)
    for name in ("sheet.html", "sheet.csv", "key.json"):
        assert (tmp_path / "again" / name).read_bytes() == (sheet / name).read_bytes()
    write(tmp_path / "other", *two, utterances=12, repeats=0.25, seed=18)
    assert {one["item"] for one in key(tmp_path / "other")}.isdisjoint(one["item"] for one in key(sheet))


def test_repeats_are_far_from_what_they_repeat(sheet):
    items = {one["item"]: (place, one) for place, one in enumerate(key(sheet))}
    again = [(place, one) for place, one in items.values() if one["repeats"]]
    assert len(again) == 6, "a quarter of 24"
    for place, one in again:
        before, original = items[one["repeats"]]
        assert place - before >= 8, "a third of 24"
        assert (one["system"], one["utterance"], one["text"]) == tuple(
            original[name] for name in ("system", "utterance", "text")
        )


def test_a_recording_is_in_the_page_once_and_what_a_model_says_is_text(tmp_path):
    evil = evaluation(tmp_path, "evil", says=lambda key: "<script>alert(1)</script>")
    write(tmp_path / "sheet", evil, utterances=6)
    text = (tmp_path / "sheet" / "sheet.html").read_text()
    assert text.count("data:audio/flac") == 6
    assert "alert(1)</script>" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_known_raters_are_read_back(sheet):
    """Anna marks the zebra 4 and the walrus 2; Ben is always one lower and hears everything as sad."""
    anna = fill(sheet, "anna", lambda one: 4 if one["system"] == NAMES[0] else 2)
    ben = fill(sheet, "ben", lambda one: 3 if one["system"] == NAMES[0] else 1, lambda one: "sad")
    found = read(sheet, anna, ben)
    for criterion in (*CRITERIA, "mean"):
        assert found["systems"][NAMES[0]][criterion] == {"value": 3.5, "low": 3.5, "high": 3.5, "n": 12}
        assert found["systems"][NAMES[1]][criterion]["value"] == 1.5
        (gap,) = found["differences"]
        assert (gap["systems"], gap[criterion]["value"]) == ([NAMES[1], NAMES[0]], -2.0)
    assert found["drawn"] == "speakers"
    row = found["agreement"]["factual"]
    assert row["n"] == 24
    # quadratic kappa: observed gap 1; by chance 4 meets 3 or 1 and 2 meets 3 or 1, (1 + 9 + 1 + 1) / 4 = 3
    assert row["kappa"] == [{"raters": ["anna", "ben"], "kappa": pytest.approx(1 - 1 / 3), "n": 24}]
    # ranks by how many ratings stand at 1, 2, 3, 4: 12 each, so neighbours are 12 apart; observed 12 ** 2; by chance
    # over 47 others of 48: sum over pairs of values 12 * 12 * d2 * 2 / (48 * 47)
    expected = 2 * 144 * (3 * 12**2 + 2 * 24**2 + 36**2) / (48 * 47)
    assert row["alpha"] == pytest.approx(1 - 144 / expected)
    assert found["repeats"]["anna"] == {"same": 1.0, "gap": 0.0, "n": 24}
    assert found["heard"]["reference"]["value"] == pytest.approx(0.75), "Anna hears all, Ben the sad half"
    assert found["heard"]["systems"][NAMES[0]]["value"] == pytest.approx(0.75)
    assert found["judges"]["grounding"]["factual"] == {
        "spearman": pytest.approx(1.0),
        "kendall": pytest.approx(1.0),
        "n": 24,
    }
    assert found["raters"]["ben"] == {"whole": 30, "part": 0, "empty": 0}


def test_differences_are_paired_and_intervals_by_speaker(sheet):
    """What speaker s3's utterances are worth less is less for both systems: their difference has no spread."""
    severe = fill(sheet, "severe", lambda one: (1 if one["speaker"] == "s3" else 3) + (one["system"] == NAMES[0]))
    found = read(sheet, severe)
    mark = found["systems"][NAMES[0]]["fluency"]
    assert mark["value"] == pytest.approx(3.5)
    assert 2.0 <= mark["low"] < 3.5 < mark["high"] == 4.0
    gap = found["differences"][0]["fluency"]
    assert (gap["value"], gap["low"], gap["high"]) == (-1.0, -1.0, -1.0)
    assert found["agreement"]["fluency"] == {"alpha": None, "n": 0, "kappa": []}, "one rater agrees with nobody"


def test_repeats_show_a_rater_who_changes_his_mind(sheet):
    moody = fill(sheet, "moody", lambda one: 4 if one["repeats"] else 2)
    assert read(sheet, moody)["repeats"]["moody"] == {"same": 0.0, "gap": 2.0, "n": 24}


def test_half_filled_sheets_are_taken_and_counted(sheet):
    items = [one["item"] for one in key(sheet)]
    half = fill(sheet, "half", lambda one: (3, 3, 3, None) if one["item"] == items[0] else None, lambda one: None)
    lines = half.read_text().splitlines()
    half.write_text("\n".join(lines[:-2]) + "\n,,,,,,\n")  # lines deleted, and one left empty
    found = read(sheet, half)
    assert found["raters"]["half"] == {"whole": 0, "part": 1, "empty": len(items) - 1}
    assert sum(row["factual"]["n"] for row in found["systems"].values()) == 1
    assert sum(row["fluency"]["n"] for row in found["systems"].values()) == 0
    assert found["differences"][0]["factual"]["value"] is None
    assert found["heard"]["reference"]["n"] == 0


def test_a_sheet_as_a_spreadsheet_saves_it(sheet):
    path = fill(sheet, "excel", lambda one: 5, lambda one: NONE.upper())
    text = path.read_text().replace(",5,5,5,5,", ";5.0;5;5;5;").replace('"said ""so"", excel"', "ä")
    head, _, rest = text.partition("\n")
    rest = rest.replace(f"{NONE.upper()},", f"{NONE.upper()};")
    path.write_text(f"\ufeff{head.replace(',', ';')}\n{rest}", encoding="utf-8")
    found = read(sheet, path)
    assert found["raters"]["excel"]["whole"] == 30
    assert found["heard"]["reference"]["value"] == 0.0


def test_every_fault_is_told_in_a_sentence(sheet, tmp_path):
    good = fill(sheet, "good", lambda one: 3)
    lines = good.read_text().splitlines()
    item = lines[1].split(",")[0]
    faulty = tmp_path / "faulty.csv"
    faulty.write_text(
        "\n".join(
            [
                lines[0],
                f"{item},6,3,x,3.5,angri,",
                f"{item},3,3,3,3,sad,",
                "s00000-001,3,3,3,3,sad,",
            ]
        )
    )
    no_column = tmp_path / "short.csv"
    no_column.write_text("item,factual_alignment,emotion\n")
    (tmp_path / "good (1).csv").write_text(good.read_text())
    with pytest.raises(ZooError) as raised:
        read(sheet, good, faulty, no_column, tmp_path / "good (1).csv", tmp_path / "none.csv")
    said = str(raised.value).splitlines()
    assert len(said) == 9
    for words, line in zip(
        [
            f'faulty.csv line 2, item {item}: factual_alignment is "6"; a mark is a whole number from 1 to 5',
            f'faulty.csv line 2, item {item}: caption_completeness is "x"',
            f'faulty.csv line 2, item {item}: fluency_and_structure is "3.5"',
            f'faulty.csv line 2, item {item}: emotion "angri" is no option; did you mean "angry"?',
            f"faulty.csv line 3: item {item} is there twice",
            'faulty.csv line 4: item "s00000-001" is not of this sheet',
            "short.csv has no column interpretative_quality, caption_completeness, fluency_and_structure",
            "good is there twice; give each rater's sheet once",
            "none.csv cannot be read",
        ],
        said,
        strict=True,
    ):
        assert words in line
    with pytest.raises(ZooError, match="nobody marked anything"):
        read(sheet, sheet / "sheet.csv")
    with pytest.raises(ZooError, match="no key of a sheet"):
        read(tmp_path, good)


def test_evaluations_that_do_not_belong_together_are_refused(two, tmp_path):
    with pytest.raises(ZooError, match="stands there twice"):
        write(tmp_path / "a", two[0], two[0])
    old = json.loads(two[0].read_text())
    (tmp_path / "old.json").write_text(json.dumps({**old, "said": []}))
    with pytest.raises(ZooError, match=r"keeps no texts of its answers; write it again with zoo\.evaluate --save"):
        write(tmp_path / "a", two[0], tmp_path / "old.json")
    (tmp_path / "other.json").write_text(json.dumps({**old, "emotions": {"tones": ["sad"]}}))
    with pytest.raises(ZooError, match="another split or other options"):
        write(tmp_path / "a", two[0], tmp_path / "other.json")
    (tmp_path / "apart.json").write_text(json.dumps({**old, "rows": [{**old["rows"][0], "key": "tones/x"}]}))
    with pytest.raises(ZooError, match="no utterance was answered by all"):
        write(tmp_path / "a", two[0], tmp_path / "apart.json")
    with pytest.raises(ZooError, match="--utterances is a number from 1 on"):
        write(tmp_path / "a", *two, utterances=0)
    assert not (tmp_path / "a").exists()
    write(tmp_path / "a", *two, utterances=2)
    with pytest.raises(ZooError, match="nothing is overwritten"):
        write(tmp_path / "a", *two, utterances=2)


def test_files_named_alike_are_told_apart_by_their_folders(two, tmp_path):
    (tmp_path / "b").mkdir()
    twin = tmp_path / "b" / two[0].name
    twin.write_bytes(two[0].read_bytes())
    write(tmp_path / "sheet", two[0], twin, utterances=2)
    assert {one["system"] for one in key(tmp_path / "sheet")} == {str(two[0]), str(twin)}

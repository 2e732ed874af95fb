"""An evaluation as it is saved becomes a sheet and figures, by the commands of docs/people.md."""

import json

from tests.report.sheets import fill, read


def test_evaluations_become_a_sheet_and_figures(place, fitted, tmp_path):
    one, two, folder = tmp_path / "one.json", tmp_path / "two.json", tmp_path / "sheet"
    place.json("zoo.evaluate", fitted["checkpoint"], "--judge", "grounding", "--save", one)
    two.write_bytes(one.read_bytes())
    found = place.json("zoo.sheet", "write", one, two, folder, "--utterances", 4)
    assert (found["utterances"], found["items"]) == (4, 9)
    rows = json.loads((folder / "key.json").read_text())["items"]
    marked = json.loads(one.read_text())["figures"]["quality"]["judges"]["grounding"]
    assert all(row["judges"] for row in rows) == (marked["n"] == 6), "whatever the judge marked is in the key"
    raters = [fill(folder, name, lambda one: 3) for name in ("anna", "ben")]
    done = place.run("zoo.sheet", "read", folder, *raters, "--json")
    assert done.returncode == 0, done.stderr
    assert "differences, by the same rater" in done.stderr
    figures = json.loads(done.stdout)
    assert figures == json.loads(json.dumps(read(folder, *raters)))
    assert figures["systems"]["one"]["mean"]["value"] == 3.0
    assert figures["heard"]["reference"]["value"] == 1.0

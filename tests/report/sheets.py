"""Evaluations of several systems on a few tones, and raters who fill sheets in by a rule."""

import csv
import io
import json

from tests.corpus import EMOTIONS, write_corpus
from zoo.core.criteria import NAMES
from zoo.sheet import main


def evaluation(folder, name, speakers=4, each=6, judge=None, says=None):
    """A file as `zoo.evaluate --save` writes it; `judge` gives scores by key, `says` the text by key."""
    rows = [json.loads(line) for line in write_corpus(folder, speakers, each).read_text().splitlines()]
    told, said, marked = [], [], []
    for number, row in enumerate(rows):
        key = f"tones/{row['audio_path']}"
        text = (
            says(key)
            if says
            else f"<think>A voice of {number + len(name)} Hz.</think><answer>{row['emotion']}</answer>"
        )
        answer = row["emotion"] if "<answer>" in text else ""
        about = {"key": key, "dataset": "tones", "emotion": row["emotion"], "answer": answer}
        told.append({**about, "speaker": row["speaker"], "votes": []})
        more = {"tokens": 9, "reward": 1.0, "cues": None, "gender": None, "transcription": None, "language": "en"}
        said.append({**about, **more, "audio_path": str(folder / row["audio_path"]), "text": text})
        if judge:
            marked.append({"key": key, "judge": "grounding", "scores": judge(key), "failed": False})
    path = folder / f"{name}.json"
    saved = {"figures": {"split": "tones:s0"}, "emotions": {"tones": list(EMOTIONS)}, "rows": told}
    path.write_text(json.dumps({**saved, "said": said, "marked": marked}), encoding="utf-8")
    return path


def write(folder, *evaluations, **options):
    words = [f"--{name}={value}" for name, value in options.items()]
    main(["write", *map(str, evaluations), str(folder), *words])
    return json.loads((folder / "key.json").read_text())


def read(folder, *sheets):
    return main(["read", str(folder), *map(str, sheets)])


def fill(folder, rater, marks, heard=lambda one: one["emotion"]):
    """Fill a sheet in: `marks` gives four marks (None: left out) for each item of the key, or one for all."""
    items = {one["item"]: one for one in json.loads((folder / "key.json").read_text())["items"]}
    rows = list(csv.DictReader((folder / "sheet.csv").open()))
    for row in rows:
        given = marks(items[row["item"]])
        given = [given] * 4 if isinstance(given, int) or given is None else given
        row |= {name: "" if m is None else str(m) for name, m in zip(NAMES.values(), given, strict=True)}
        row |= {"emotion": heard(items[row["item"]]) or "", "comment": f'said "so", {rater}'}
    text = io.StringIO()
    out = csv.DictWriter(text, rows[0].keys())
    out.writeheader()
    out.writerows(rows)
    path = folder / f"{rater}.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    return path

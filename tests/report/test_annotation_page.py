"""The report: one file that needs nothing else, with whatever the manifest says escaped."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from tests.corpus import write_corpus
from zoo.annotate import main
from zoo.report.charts import histogram, shares
from zoo.report.tally import kind_of

EVIL = "<script>alert('\"&')</script>"


class Balance(HTMLParser):
    """Keeps what was opened and not closed, and whatever would be fetched."""

    MAY_STAY_OPEN = {"meta", "line"}

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.fetched = [], [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.fetched += [value for name, value in attrs if name in ("src", "href")]
        if tag not in self.MAY_STAY_OPEN:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.MAY_STAY_OPEN:
            assert self.open.pop() == tag


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    manifest = write_corpus(folder, speakers=6, each=6)
    rows = [json.loads(line) for line in manifest.read_text().splitlines()]
    for row in rows[:20]:
        row |= {"emotion": EVIL, "dataset": EVIL}
    text = "".join(json.dumps(row) + "\n" for row in rows)
    text += json.dumps({"audio_path": f"{EVIL}.wav"}) + "\n" + json.dumps({"audio_path": "b", "gender": 3}) + "\n"
    (folder / "in&.jsonl").write_text(text)
    main([str(folder / "in&.jsonl"), str(folder / "out.jsonl"), "--workers", "1"])
    return (folder / "out.report.html").read_text(encoding="utf-8")


def test_it_is_whole_and_fetches_nothing(page):
    parser = Balance()
    parser.feed(page)
    assert parser.open == []
    assert parser.fetched == []
    assert "script" not in parser.seen
    assert "url(" not in page
    assert page.count("<svg") > 8


def test_what_the_manifest_says_is_escaped(page):
    assert EVIL not in page
    assert page.count("&lt;script&gt;alert(&#x27;&quot;&amp;&#x27;)&lt;/script&gt;") >= 3
    assert "<title>in&amp;.jsonl</title>" in page


def test_it_tells_counts_reasons_and_thresholds(page):
    text = re.sub(r"<[^>]+>", " ", page)
    assert re.search(r"36\s+annotated", text)
    assert re.search(r"2\s+not annotated", text)
    assert "there is no file FILE check the path" in text
    assert "gender is N, not text" in text
    assert re.search(r"pitch, Hz, everyone\s+none\s+20", text), "twenty are too few for edges"
    assert "Slowest to measure" in text


def test_bars_are_coloured_by_the_level_that_they_belong_to():
    values = np.linspace(0, 90, 900)
    figure = histogram(values, "pitch", "Hz", (30.0, 60.0))
    zones = re.findall(r'<rect class="(\w+)"', figure)
    assert [zone for i, zone in enumerate(zones) if i == 0 or zones[i - 1] != zone] == ["low", "normal", "high"]
    counts = [int(n) for n in re.findall(r": (\d+)</title>", figure)]
    assert sum(counts) == 900
    assert "n = 900" in figure


def test_charts_of_nothing_and_of_one_value():
    assert "not measured" in histogram(np.zeros(0), "pitch", "Hz")
    assert ": 5</title>" in histogram(np.full(5, 3.0), "pitch", "Hz")


def test_shares_are_shares():
    table = shares({"sad": {"low": 3, "high": 1}}, ["low", "high"], {"low": "low", "high": "high"})
    assert re.findall(r"width:([\d.]+)%", table) == ["75.00", "25.00"]


def test_like_reasons_are_counted_together():
    one = kind_of("there is no file /a/b/7.wav; check the path", "b/7.wav")
    assert one == kind_of("there is no file /a/c/8.wav; check the path", "c/8.wav")
    assert (
        kind_of("/a/7.wav is 7200 s long, over the limit of 600 s", "7.wav")
        == "FILE is N s long, over the limit of N s"
    )

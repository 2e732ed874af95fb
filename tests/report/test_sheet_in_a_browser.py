"""A blind sheet in a real browser: what is heard first, what is kept, and that its file is read back."""

import os
from pathlib import Path

import pytest

from tests.report.sheets import evaluation, read, write

SHOTS = os.environ.get("ZOO_SCREENSHOTS")  # a folder to keep screenshots in
WIDTHS = (1280, 400)


@pytest.fixture
def page(tmp_path, browser):
    """The sheet as a rater opens it, from a file; whatever is asked of a network is an error."""
    systems = [evaluation(tmp_path, name, speakers=2, each=2) for name in ("zebra", "walrus")]
    write(tmp_path / "sheet", *systems, utterances=2, repeats=0)
    context, elsewhere = browser.new_context(accept_downloads=True, viewport={"width": 1280, "height": 900}), []
    opened = context.new_page()
    opened.on("request", lambda r: elsewhere.append(r.url) if r.url.startswith("http") else None)
    opened.on("pageerror", lambda error: pytest.fail(str(error)))
    opened.goto((tmp_path / "sheet" / "sheet.html").as_uri())
    yield opened
    context.close()
    assert not elsewhere


def mark(article, emotion, marks):
    article.locator("select").select_option(emotion)
    for fieldset, value in zip(article.locator("fieldset").all(), marks, strict=True):
        fieldset.locator(f"input[value='{value}']").check()


def test_heard_first_kept_and_read_back(page, tmp_path):
    cards = page.locator("article")
    assert cards.count() == 4
    assert not cards.nth(0).locator(".trace").is_visible(), "the text would tell what to hear"
    page.wait_for_function("[...document.querySelectorAll('audio')].every((a) => a.duration > 0.5)")
    mark(cards.nth(0), "sad", (1, 2, 3, 4))
    assert cards.nth(0).locator(".trace").is_visible()
    cards.nth(0).locator("[name=comment]").fill('"well", she said; ä')
    cards.nth(1).locator("select").select_option("none of these")
    page.reload()
    assert page.locator("#count").inner_text() == "1/4 marked"
    page.locator("#save").click()
    assert "Give your name first" in page.locator("#fault").inner_text()
    page.locator("#rater").fill("Änne O.")
    with page.expect_download() as caught:
        page.locator("#save").click()
    path = tmp_path / caught.value.suggested_filename
    caught.value.save_as(path)
    assert path.name == "Änne_O_.csv"
    found = read(tmp_path / "sheet", path)
    assert found["raters"]["Änne_O_"] == {"whole": 1, "part": 0, "empty": 3}
    assert found["heard"]["reference"]["n"] == 2
    assert '"""well"", she said; ä"' in path.read_text(encoding="utf-8-sig")
    marked = [row for row in found["systems"].values() if row["factual"]["n"]]
    assert [row[name]["value"] for row in marked for name in ("factual", "fluency")] == [1.0, 4.0]


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_window(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    for article in page.locator("article").all():
        mark(article, "angry", (1, 3, 5, 2))
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    rows = page.evaluate("[...document.querySelectorAll('fieldset')].map((f) => f.getBoundingClientRect().height)")
    assert max(rows) < 80, "five marks stand beside each other"
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"sheet_{width}.png", full_page=True)

"""The demo page in a real browser: upload, record, explain, edit, compare, what is refused, two visitors at once."""

import os
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import soundfile

ANSWERED_MS = 180_000  # a test machine may be busy; what an answer takes alone is in docs/demo.md
SHOTS = os.environ.get("ZOO_SCREENSHOTS")  # a folder to keep screenshots in
WIDTHS = (1280, 400)
DONE = ".answer[data-done=true]"


@pytest.fixture
def visit(address, browser):
    """Open the page as a new visitor; whatever is asked of another host is written down, and there is nothing."""
    elsewhere, opened = [], []

    def go(width=1280):
        context = browser.new_context(viewport={"width": width, "height": 900}, permissions=["microphone"])
        page = context.new_page()
        page.set_default_timeout(ANSWERED_MS)
        page.on("request", lambda r: elsewhere.append(r.url) if r.url.startswith("http") else None)
        page.goto(address)
        page.wait_for_selector("#explain")
        opened.append(context)
        return page

    yield go
    for context in opened:
        context.close()
    assert not [url for url in elsewhere if not url.startswith(address)]


def upload(page, path):
    page.set_input_files("#recording input[type=file]", str(path))
    page.wait_for_selector("#recording audio", state="attached")


def answer(page, where="#answer"):
    return page.wait_for_selector(f"{where} {DONE}").inner_text()


def shoot(page, name, width, top=0.0):
    """Keep a screenshot, from so far down, if asked to; nothing may be wider than the page, at any width."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} at {width} pixels is {wide} wider than the window"
    if SHOTS:
        from PIL import Image

        whole = Image.open(BytesIO(page.screenshot(full_page=True)))
        image = whole.crop((0, int(top), whole.width, whole.height)).convert("RGB").quantize(128)
        image.save(Path(SHOTS) / f"{name}_{width}.png", optimize=True)


@pytest.mark.parametrize("width", WIDTHS)
def test_upload_explain_edit_and_compare(visit, clip, width):
    page = visit(width)
    upload(page, clip)
    page.fill("#words textarea, #words input", "Kids are talking by the door")
    page.click("#explain")
    said = answer(page)
    assert "angry" in said
    assert "pitch high: agrees with the signal" in said
    assert page.locator("#answer mark.yes").count() >= 2
    assert page.locator("#answer table.options tr").count() == 8
    shares = [float(text.rstrip("%")) for text in page.locator("#answer .options .n").all_inner_texts()]
    assert abs(sum(shares) - 100) < 1
    assert page.locator("#picture svg").count() == 3
    assert "talking" in page.locator("#picture .words").inner_text()
    shoot(page, "explain", width)
    page.fill("#speed input[type=number]", "1.3")
    page.fill("#energy input[type=number]", "-6")
    page.press("#energy input[type=number]", "Tab")
    page.click("#again")
    assert "through the same vocoder" in answer(page, "#before")
    after = answer(page, "#after")
    assert "x 1.3" in after
    assert "-6.0 dB" in after
    page.click("#both")
    for where, chosen in (("#one", "#model"), ("#two", "#other")):
        assert page.input_value(f"{chosen} input") in answer(page, where)
    shoot(page, "edit_compare", width, page.locator("h2").first.bounding_box()["y"] + page.evaluate("scrollY") - 10)


def test_a_recording_from_the_microphone_is_explained(visit):
    page = visit()
    page.click("#recording button[aria-label='Record audio']")
    page.click("#recording .record-button")
    page.wait_for_timeout(1500)
    page.click("#recording .stop-button")
    page.wait_for_selector("#recording audio", state="attached")
    page.wait_for_timeout(500)
    page.click("#explain")
    assert "answered in" in answer(page)


def test_a_broken_file_and_no_file_are_refused_in_a_sentence(visit, tmp_path):
    page = visit()
    page.click("#explain")
    assert "There is no recording yet" in page.wait_for_selector("#answer .refusal").inner_text()
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"RIFF\x10\x00\x00\x00WAVEnothing of a wave")
    upload(page, broken)
    page.click("#explain")
    page.wait_for_selector("#answer .refusal >> text=The recording")
    said = page.locator("#answer .refusal").inner_text()
    assert str(tmp_path) not in said
    assert "/" not in said.replace("/s", ""), "no path of the server is shown"


def test_a_ten_minute_file_is_answered_or_refused_in_a_sentence(visit, clip, tmp_path):
    samples, _ = soundfile.read(clip, dtype="float32")
    long = np.resize(samples, 601 * 16_000)
    path = tmp_path / "long.wav"
    soundfile.write(path, long, 16_000, subtype="PCM_16")
    page = visit()
    upload(page, path)
    page.click("#explain")
    assert "over the limit of 600 s" in page.wait_for_selector("#answer .refusal").inner_text()
    soundfile.write(path, long[: 599 * 16_000], 16_000, subtype="PCM_16")
    page = visit()
    upload(page, path)
    page.click("#again")
    assert "Nothing is changed yet" in page.wait_for_selector("#after .refusal").inner_text()
    page.fill("#pitch input[type=number]", "2")
    page.press("#pitch input[type=number]", "Tab")
    page.click("#again")
    page.wait_for_selector("#after .refusal >> text=cut it into utterances")


def test_two_visitors_at_once_get_their_own_answers(visit, clip):
    calm = next(clip.parent.parent.glob("**/03-01-02-01-01-01-01.*"), None)
    if calm is None:
        pytest.skip("the calm clip of actor 1 is not there")
    pages = {}
    for path in (clip, calm):
        pages[path] = visit()
        upload(pages[path], path)
    for page in pages.values():
        page.click("#explain")
    together = [answer(page) for page in pages.values()]
    alone = []
    for page in pages.values():
        page.click("#explain")
        page.wait_for_selector("#answer .answer[data-done=false]")
        alone.append(answer(page))
    cut = [text.partition("answered in")[0] for text in together]
    assert cut == [text.partition("answered in")[0] for text in alone]
    assert cut[0] != cut[1]

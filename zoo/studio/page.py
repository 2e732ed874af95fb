"""The page: fields, buttons and what they show. It needs no network, and keeps nothing of a visitor."""

from pathlib import Path
from typing import Any

import gradio as gr

from zoo.studio.asking import GAINS_DB, SEMITONES, SPEEDS, Asking
from zoo.studio.limits import LARGEST_MB, LONGEST_S, LONGEST_WORDS, WAITING
from zoo.studio.shelf import Shelf

STYLES = (Path(__file__).with_name("demo.css"), Path(__file__).parents[1] / "report" / "voice.css")
FONTS = ["system-ui", "sans-serif"]  # of the visitor's own machine
SWEPT_EVERY_S, KEPT_S = 300, 1_800  # uploads and edited voices are deleted after half an hour
ABOUT = (
    "# Speech emotion, explained and checked\n"
    "Record a sentence or upload one. The model reasons about the voice and names the emotion; each of its claims is "
    "held against the measured signal: <mark class=yes>agrees</mark>, <mark class=no>does not agree</mark>, "
    "<mark class=open>cannot be decided</mark>. Recordings stay on this machine and are deleted."
)


def page(asking: Asking, shelf: Shelf, corpus: str) -> gr.Blocks:
    """The page for the checkpoints of a shelf, judging by a corpus's options until another is chosen."""
    names = [(short(name, shelf), name) for name in shelf.folders]
    corpora = list(dict.fromkeys(one for known in shelf.corpora.values() for one in known))
    with gr.Blocks(title="EmotionThinker zoo", analytics_enabled=False, delete_cache=(SWEPT_EVERY_S, KEPT_S)) as blocks:
        gr.Markdown(ABOUT)
        with gr.Row():
            with gr.Column(scale=2, min_width=300):
                audio = gr.Audio(
                    sources=["upload", "microphone"],
                    type="filepath",
                    label=f"Recording, at most {LARGEST_MB} MB and {LONGEST_S / 60:.0f} minutes",
                    editable=False,
                    buttons=[],
                    elem_id="recording",
                )
                words = gr.Textbox(
                    label="Words, in English (for word times and stress)", max_length=LONGEST_WORDS, elem_id="words"
                )
                model = gr.Dropdown(names, value=shelf.first, label="Checkpoint", elem_id="model")
                options = gr.Dropdown(corpora, value=corpus, label="Options and levels of", elem_id="corpus")
                explain = gr.Button("Explain", variant="primary", elem_id="explain")
            with gr.Column(scale=3, min_width=300):
                drawn = gr.HTML(elem_id="picture", padding=False)
                said = gr.HTML(elem_id="answer", padding=False)
        asked = [audio, words, model, options]
        _on(explain, asking.explain, asked, [drawn, said])
        _editing(asking, asked)
        _comparing(asking, asked, names)
    # One request at a time: two would only make both slower, and a model is never asked by two at once.
    return blocks.queue(max_size=WAITING, api_open=False)


def _editing(asking: Asking, asked: list[Any]) -> None:
    gr.Markdown("## Change the voice and ask again")
    with gr.Row():
        pitch = gr.Slider(*SEMITONES, 0, step=0.5, label="Pitch, semitones", min_width=240, elem_id="pitch")
        speed = gr.Slider(*SPEEDS, 1, step=0.05, label="Speed, times", min_width=240, elem_id="speed")
        energy = gr.Slider(*GAINS_DB, 0, step=0.5, label="Energy, dB", min_width=240, elem_id="energy")
    again = gr.Button("Answer both", elem_id="again")
    with gr.Row():
        with gr.Column(min_width=300):
            first = gr.Audio(label="As recorded", interactive=False, buttons=[])
            left = gr.HTML(elem_id="before", padding=False)
        with gr.Column(min_width=300):
            second = gr.Audio(label="Edited", interactive=False, buttons=[])
            right = gr.HTML(elem_id="after", padding=False)
    _on(again, asking.edit, [*asked, pitch, speed, energy], [first, second, left, right])


def short(name: str, shelf: Shelf) -> str:
    """A checkpoint's name without what it was trained on, where that tells it from no other: a phone is narrow."""
    recipe = name.partition(".")[0]
    alone = sum(other.partition(".")[0] == recipe for other in shelf.folders) == 1
    return recipe if alone else name


def _comparing(asking: Asking, asked: list[Any], names: list[tuple[str, str]]) -> None:
    gr.Markdown("## Ask another checkpoint")
    other = gr.Dropdown(names, value=names[-1][1], label="The other checkpoint", elem_id="other")
    both = gr.Button("Ask both", elem_id="both")
    with gr.Row():
        with gr.Column(min_width=300):
            left = gr.HTML(elem_id="one", padding=False)
        with gr.Column(min_width=300):
            right = gr.HTML(elem_id="two", padding=False)
    _on(both, asking.compare, [*asked, other], [left, right])


def _on(button: gr.Button, ask: Any, fields: list[Any], shown: list[Any]) -> None:
    """Ask when a button is pressed, for the visitor at the other end."""

    def asked(request: gr.Request, *values: Any) -> Any:
        yield from ask(request.client.host if request.client else "unknown", *values)

    button.click(
        asked,
        fields,
        shown,
        show_progress="minimal",
        concurrency_limit=1,
        concurrency_id="model",
        api_visibility="private",
    )

"""From a checked recipe to its data and its stage, each part built once and told what its neighbours are."""

import lightning as L
import torch
from torch import Tensor

from zoo.acoustics.wave import read_wave
from zoo.core.recipe import Recipe
from zoo.core.registry import stages
from zoo.core.sections import PARTS, Data, Trainer
from zoo.data.loader import SpeechData, some
from zoo.data.mix import build_corpus
from zoo.data.utterance import Utterance
from zoo.models.build import build_model, name_and_options
from zoo.models.load import start_from, thresholds
from zoo.models.speech_lm import SpeechLM
from zoo.stages.stage import Context, Stage
from zoo.text.answer_form import prompt_of

SETTLED = 200  # training clips that tell what speakers are like at large


def compose(recipe: Recipe, settings: Trainer) -> tuple[SpeechData, Stage]:
    """The recipe's data and its stage around its model, built in that order: a wrong corpus costs no weights."""
    seed = int(recipe.config.get("seed", 0))
    L.seed_everything(seed, verbose=False)
    section = recipe.section("data")
    common = {key: section.pop(key) for key in list(section) if key in Data.__annotations__}
    corpus = build_corpus({"name": common["name"], **section})
    sections = {part: recipe.section(part) or None for part in PARTS}
    base = recipe.config.get("start_from")
    model = start_from(base, sections) if base else build_model(sections)
    form = recipe.config.get("form")
    if form is not None and form != model.knowledge.prompt.form:  # without one it is that of the base
        model.knowledge.prompt = prompt_of(form)
    settings_of_data = Data(**common)
    if settings_of_data.keep_frames:
        model.frame_cache.keep_on_disk(model.encoder)
    clips, habit = (model.enrolment.clips, model.enrolment.habit) if model.enrolment is not None else (0, False)
    known = thresholds(model)
    steps = settings.max_steps
    data = SpeechData(corpus, settings_of_data, steps=steps, seed=seed, known=known, clips=clips, habit=habit)
    data.setup()
    settle(model, data)
    knowledge = model.knowledge  # this run's corpora come first: a clip of no corpus is judged like theirs
    knowledge.emotions = data.emotions | {c: e for c, e in knowledge.emotions.items() if c not in data.emotions}
    knowledge.thresholds = {c: t.to_dict() for c, t in data.thresholds.items()} | knowledge.thresholds
    rates = {part: (sections[part] or {}).get("lr") for part in PARTS}
    context = Context(model, settings, rates, recipe.section("rewards"), seed)
    name, chosen = name_and_options(recipe.section("stage"))
    stage: Stage = stages.build(name, chosen, context=context)
    data.repeat = stage.updates
    stage.prepare(data)
    return data, stage


def settle(model: SpeechLM, data: SpeechData) -> None:
    """Tell the parts that no checkpoint has told yet what training clips are like at large."""
    clips = some(data.train_utterances, SETTLED)
    if model.enrolment is not None and not model.enrolment.settled:
        model.enrolment.settle(torch.stack([model.clip_mean(utterance.audio_path) for utterance in clips]))
    affect = None if model.prosody is None else model.prosody.affect
    if affect is not None and not affect.settled:
        with torch.no_grad():
            affect.settle(torch.cat([affect.pool(*_told(model, utterance)) for utterance in clips]))


def _told(model: SpeechLM, utterance: Utterance) -> tuple[Tensor, Tensor]:
    """One clip's frames [1, T, D] as an adapter gets them, and their mask [1, T]."""
    frames, mask = model.frames([torch.from_numpy(read_wave(utterance.audio_path).samples).to(model.device)])
    return model.relative(frames, mask, [utterance.enrolled]), mask

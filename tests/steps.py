"""Two steps of a recipe, that is: it is right, it is built, it trains, and something has learnt."""

import torch

from zoo.core.check import check
from zoo.core.recipe import complete
from zoo.core.sections import Trainer


def take_two_steps(recipe):
    """Train a recipe of two steps; its data and its stage, that a caller may ask further."""
    from zoo.stages.compose import compose
    from zoo.stages.run import trainer_for

    check(recipe)
    complete(recipe)
    settings = Trainer(**recipe.section("trainer"))
    data, stage = compose(recipe, settings)
    before = {name: p.detach().clone() for name, p in stage.model.named_parameters() if p.requires_grad}
    trainer = trainer_for(None, settings)
    trainer.fit(stage, data)
    assert trainer.global_step == 2
    after = dict(stage.model.named_parameters())
    assert any(not torch.equal(after[name], old) for name, old in before.items())
    return data, stage

"""A model with an enrolment: the clips matter, training and checkpoints keep it, and it is not lost by accident."""

import pytest
import torch

import zoo
from zoo.core.errors import ZooError
from zoo.models.explain import explain
from zoo.stages.run import save_checkpoint

ENROLLED = ("enrolment.name=speaker-mean", "enrolment.clips=3")


def audio_tokens(model, utterances, enrolled):
    waves = [torch.randn(16_000, generator=torch.Generator().manual_seed(i)) for i, _ in enumerate(utterances)]
    with torch.no_grad():
        return model.listen(waves, enrolled).tokens


def test_clips_of_the_speaker_change_what_is_heard(build):
    _, _, data, stage = build(*ENROLLED)
    stage.eval()
    utterances = data.test_utterances[:2]
    assert all(len(u.enrolled) == 3 for u in [*data.train_utterances, *data.test_utterances])
    told = audio_tokens(stage.model, utterances, [u.enrolled for u in utterances])
    assert not torch.allclose(told, audio_tokens(stage.model, utterances, ()))
    alone = audio_tokens(stage.model, utterances[:1], [utterances[0].enrolled])
    torch.testing.assert_close(told[:1, : alone.shape[1]], alone, atol=1e-4, rtol=1e-4)


def test_held_out_speakers_are_enrolled_by_their_own_held_out_clips(build):
    _, _, data, _ = build(*ENROLLED)
    train, test = ({u.audio_path for u in side} for side in (data.train_utterances, data.test_utterances))
    assert all(set(u.enrolled) <= train for u in data.train_utterances)
    assert all(set(u.enrolled) <= test for u in data.test_utterances)


def test_a_policy_trains_with_it_and_its_checkpoint_keeps_it(build, train, tmp_path):
    stage, _ = train(*ENROLLED, "trainer.max_steps=2")
    recipe, _, data, fresh = build(*ENROLLED)
    assert torch.equal(fresh.model.enrolment.center, stage.model.enrolment.center)  # of the training speakers: the same
    folder = save_checkpoint(tmp_path / "policy", recipe, stage, data, {}, {}, {})
    model = zoo.load(folder)
    utterances = data.test_utterances[:2]
    clips = [u.enrolled for u in utterances]
    stage.eval()
    torch.testing.assert_close(audio_tokens(model, utterances, clips), audio_tokens(stage.model, utterances, clips))
    explain(model, utterances[0].audio_path, speaker=clips[0])
    with pytest.raises(ZooError, match=r"gives it none: write enrolment: \{name: speaker-mean\}"):
        build(f"start_from={folder}")


def test_clips_for_a_model_without_enrolment_are_refused(build):
    _, _, data, stage = build()
    with pytest.raises(ZooError, match="no enrolment"):
        explain(stage.model, data.test_utterances[0].audio_path, speaker=[data.test_utterances[1].audio_path])

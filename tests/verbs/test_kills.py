"""Trainings killed at random moments of random steps end as ones that never were; `benchmarks.kills` kills far more."""

from benchmarks.kills import STAGES, survive

KILLS = {"sft": 2, "judge": 1, "grpo-ptr": 2}


def test_a_training_that_is_killed_and_resumed_ends_as_one_left_alone(tmp_path):
    assert KILLS.keys() == STAGES.keys()
    for name, kills in KILLS.items():
        found = survive(tmp_path, name, kills, seed=4)
        assert len(found.kills) == kills
        assert found.different == ()

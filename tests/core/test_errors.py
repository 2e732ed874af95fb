"""The nearest right name, and a verb's exit."""

from zoo.core.console import plain, run_verb
from zoo.core.errors import ZooError, did_you_mean


def test_the_nearest_name_or_the_few_there_are():
    assert did_you_mean("wisper", ["whisper", "wavlm"]) == '; did you mean "whisper"?'
    assert did_you_mean("xyz", ["b", "a"]) == "; it can be one of: a, b"
    assert did_you_mean("xyz", []) == ""


def test_an_error_is_its_sentence_and_exit_code_2(capsys):
    def main():
        raise ZooError("the sentence")

    assert run_verb(main) == 2
    shown = capsys.readouterr()
    assert shown.err == "the sentence\n"
    assert shown.out == ""


def test_json_knows_no_nan():
    assert plain({"a": float("nan"), "b": (1, 2.5)}) == {"a": None, "b": [1, 2.5]}

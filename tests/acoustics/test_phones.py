import pytest

from zoo.acoustics.phones import ARPABET, count_phones, pronounce


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("Kids are talking by the door.", "en", 18),  # K IH D Z, AA R, T AO K IH NG, B AY, DH AH, D AO R
        ("kids ARE talking", "en-GB", 11),
        ("Der Lappen", "de", 8),
        ("Bonjour", "fr", 5),
    ],
)
def test_phones_are_counted(text, language, count):
    assert count_phones(text, language) == count


@pytest.mark.parametrize(("text", "language"), [("", "en"), ("?!", "en"), ("", "de"), ("...", "de"), ("ja", "xx")])
def test_nothing_to_count_is_none(text, language):
    assert count_phones(text, language) is None


def test_words_outside_the_dictionary_are_counted_too():
    assert count_phones("zyblork") == 7
    assert count_phones("42") == len(pronounce("42").split())


def test_espeak_and_the_dictionary_agree_on_common_words(monkeypatch):
    from zoo.acoustics import phones

    words = [
        "water",
        "kitchen",
        "talking",
        "happy",
        "thing",
        "church",
        "judge",
        "measure",
        "father",
        "boy",
        "house",
        "yellow",
        "never",
        "answer",
    ]
    known = [pronounce(word) for word in words]
    monkeypatch.setattr(phones, "_dictionary", dict)
    spoken = [pronounce.__wrapped__(word) for word in words]
    assert None not in spoken
    counts = [(len(a.split()), len(b.split())) for a, b in zip(known, spoken, strict=True)]
    assert sum(a == b for a, b in counts) >= 0.85 * len(words), list(zip(words, known, spoken, strict=True))


def test_every_phone_is_one_of_cmudict():
    from zoo.acoustics.phones import _dictionary

    known = {phone for word in ("the", "quick", "brown", "fox") for phone in pronounce(word).split()}
    known |= {phone for said in list(_dictionary().values())[::50] for phone in said.split()}
    assert {phone for said in ARPABET.values() for phone in said.split()} <= known


def test_a_curly_apostrophe_is_an_apostrophe():
    assert pronounce("don\N{RIGHT SINGLE QUOTATION MARK}t") == pronounce("don't") == "D OW N T"

"""A cheap measure of a text's structure: what a policy that games its reward breaks first."""

SHORTEST, LONGEST = (
    15,
    220,
)  # words: below, nothing is argued; the paper's traces have 50 to 200, the nano ones 25 to 50
GRAM = 4  # words; English repeats three in good style, four seldom


def fluency(text: str, contradicts_itself: bool = False) -> float:
    """Return the mean of four marks in [0, 1].

    They are: no four words in a row come twice, a sane length, a full stop at the end, no contradiction.
    """
    words = text.lower().split()
    marks = (
        _unrepeated(words),
        _sane_length(len(words)),
        float(text.rstrip().endswith((".", "!", "?"))),
        float(not contradicts_itself),
    )
    return sum(marks) / len(marks)


def _unrepeated(words: list[str]) -> float:
    """The share of 4-grams that are new; 1 for a text too short to have two."""
    grams = [tuple(words[i : i + GRAM]) for i in range(len(words) - GRAM + 1)]
    return len(set(grams)) / len(grams) if grams else 1.0


def _sane_length(n: int) -> float:
    """1 between the bounds; falls in proportion on either side."""
    return min(1.0, n / SHORTEST, LONGEST / max(n, 1))

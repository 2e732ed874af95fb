"""A cheap measure of a text's structure: what a policy that games its reward breaks first."""

# Words: with fewer nothing is argued. The paper's traces have 50 to 200, the nano ones 25 to 50.
SHORTEST, LONGEST = 15, 220
GRAM = 4  # words; English repeats three in good style, four seldom
MOST_SAID_TWICE = 0.25  # of the 4-grams


def fluency(text: str, contradicts_itself: bool = False) -> float:
    """Return the mean of four marks in [0, 1], and for a text that goes round in circles no more than the first.

    They are: no four words in a row come twice, a sane length, a full stop at the end, no contradiction.
    """
    words = text.lower().split()
    marks = (
        _unrepeated(words),
        _sane_length(len(words)),
        float(text.rstrip().endswith((".", "!", "?"))),
        float(not contradicts_itself),
    )
    return min(marks[0], sum(marks) / len(marks))


def _unrepeated(words: list[str]) -> float:
    """1 where every 4-gram is new, 0 where a quarter of them was there before: five turns of a loop in a nano trace."""
    grams = [tuple(words[i : i + GRAM]) for i in range(len(words) - GRAM + 1)]
    return max(0.0, 1 - (1 - len(set(grams)) / len(grams)) / MOST_SAID_TWICE) if grams else 1.0


def _sane_length(n: int) -> float:
    """1 between the bounds; falls in proportion on either side."""
    return min(1.0, n / SHORTEST, LONGEST / max(n, 1))

"""The curves of a training, in the order in which they are asked for: rewards, trust, accuracy, length, the update."""

from collections.abc import Sequence
from html import escape

from zoo.report.curves import Curve, curves_of, panel
from zoo.report.logged import TEST, Logged, opened

# Whether the judge is being gamed: its score of wrong answers, beside what the policy gets right.
GAMED = "reasoning_wrong"
HELD: tuple[tuple[str, dict[str, str]], ...] = (
    ("accuracy", {"reward_outcome": "sampled", "test/accuracy": "held out", "test/uar": "held out, UA"}),
    ("reasoning of right and of wrong answers", {"reasoning_right": "right", GAMED: "wrong"}),
    ("trust", {"trust": "mean", "trust_min": "least", "trust_below_1": "groups below 1"}),
    ("the gate of the reasoning reward", {"gate": "factor"}),
)
# What is read together: a title, and its columns with what they are called in it.
TOGETHER: tuple[tuple[str, dict[str, str]], ...] = (
    ("loss", {"loss": "training"}),
    ("total reward", {"reward": "sampled", "test/reward": "held out, gate open"}),
    ("reward: format", {"reward_format": "sampled", "test/format": "held out"}),
    ("reward: reasoning", {"reward_reasoning": "sampled", "test/reasoning": "held out"}),
    (
        "answer length, tokens",
        {
            "answer_tokens": "mean",
            "answer_tokens_max": "longest",
            "answer_tokens_min": "shortest",
            "test/answer_tokens": "held out",
        },
    ),
    ("checked claims, held out", {"test/grounded": "grounding", "test/true_claims": "true claims"}),
    (
        "groups without a lesson",
        {"groups_all_right": "all right", "groups_all_wrong": "all wrong", "groups_without_spread": "no spread"},
    ),
    ("distance from the start (KL)", {"kl": "nats"}),
)
TENTH = 0.1  # of the steps, that the first and the last mean are of
REWARD = "reward_"  # how a reward's column begins, by the recipe's own name


def training(found: Logged) -> str:
    """Every column as a curve; no column, no curve."""
    gate = opened(found.get("gate", {}))
    moment = None if gate is None else (gate, f"gate, step {gate}")
    shown = {column for _, columns in (*HELD, *TOGETHER) for column in columns}
    rewards = tuple(
        (f"reward: {n[len(REWARD) :]}", {n: "sampled"}) for n in found if n.startswith(REWARD) and n not in shown
    )
    held = [_panel(title, columns, found, moment) for title, columns in HELD]
    panels = [_panel(title, columns, found, moment) for title, columns in (*TOGETHER, *rewards)]
    shown |= {column for _, columns in rewards for column in columns}
    rest = [_panel(_words(column), {column: "last"}, found, moment) for column in found if column not in shown]
    more = f"<details><summary>All other figures ({len(rest)})</summary>{_grid(rest)}</details>" if rest else ""
    head = f"<p class=soft>{escape(_gate(found, gate))}</p>"
    if found.get(GAMED):
        head += f"<h3>Is the judge being gamed?</h3><p>{escape(_gamed(found))}</p>{_grid(held, 'charts four')}"
        head += "<h3>Everything else</h3>"
    else:
        panels = [*held, *panels]
    return f"{head}{_grid(panels)}{more}"


def _panel(title: str, columns: dict[str, str], found: Logged, moment: tuple[int, str] | None) -> str:
    curves = [
        Curve(column, words, curves_of(found[column]), column.startswith(TEST))
        for column, words in columns.items()
        if column in found
    ]
    return panel(title, curves, moment) if curves else ""


def _gate(found: Logged, gate: int | None) -> str:
    """What must be known to read the curves."""
    words = (
        "Thin lines: every step; thick lines: means over the tenth before. Dots: held-out speakers. Beside a name: its "
        "last value."
    )
    if gate is not None:
        return f"{words} The gate let the reasoning reward in at step {gate}, the dashed upright line."
    factors = found.get("gate", {}).values()
    if factors and not any(factors):
        return f"{words} The gate stayed shut: the reasoning reward never counted."
    return f"{words} The reasoning reward counted from the first step." if factors else words


def _gamed(found: Logged) -> str:
    """What the judge gave wrong answers, and how many were right, in the first and in the last tenth of the steps."""
    columns = {GAMED: "of wrong answers", "reasoning_right": "of right ones", "reward_outcome": "accuracy"}
    said = [f"{words} {_ends(list(found[column].values()))}" for column, words in columns.items() if found.get(column)]
    return (
        "It is where its score of wrong answers rises and accuracy does not. Reasoning score, first to last tenth of "
        f"the steps: {', '.join(said)}."
    )


def _ends(values: Sequence[float]) -> str:
    size = max(1, round(TENTH * len(values)))
    first, last = (sum(some) / len(some) for some in (values[:size], values[-size:]))
    return f"{first:.2f} to {last:.2f}"


def _words(column: str) -> str:
    return column.removeprefix(TEST).replace("_", " ") + (", held out" if column.startswith(TEST) else "")


def _grid(panels: Sequence[str], kind: str = "charts") -> str:
    return f'<div class="{kind}">{"".join(panels)}</div>'

"""The curves of a training, in the order in which they are asked for: rewards, trust, accuracy, length, the update."""

from collections.abc import Sequence
from html import escape

from zoo.report.curves import Curve, curves_of, panel
from zoo.report.logged import TEST, Logged, opened

# What is read together: a title, and its columns with what they are called in it.
TOGETHER: tuple[tuple[str, dict[str, str]], ...] = (
    ("loss", {"loss": "training"}),
    ("total reward", {"reward": "sampled", "test/reward": "held out, gate open"}),
    ("accuracy", {"reward_outcome": "sampled", "test/accuracy": "held out", "test/uar": "held out, UA"}),
    ("reward: format", {"reward_format": "sampled", "test/format": "held out"}),
    ("reward: reasoning", {"reward_reasoning": "sampled", "test/reasoning": "held out"}),
    ("reasoning of right and of wrong answers", {"reasoning_right": "right", "reasoning_wrong": "wrong"}),
    ("trust", {"trust": "mean", "trust_min": "least"}),
    ("the gate of the reasoning reward", {"gate": "factor"}),
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
REWARD = "reward_"  # how a reward's column begins, by the recipe's own name


def training(found: Logged) -> str:
    """Every column as a curve; no column, no curve."""
    gate = opened(found.get("gate", {}))
    moment = None if gate is None else (gate, f"gate, step {gate}")
    shown = {column for _, columns in TOGETHER for column in columns}
    rewards = tuple(
        (f"reward: {n[len(REWARD) :]}", {n: "sampled"}) for n in found if n.startswith(REWARD) and n not in shown
    )
    panels = [_panel(title, columns, found, moment) for title, columns in (*TOGETHER, *rewards)]
    shown |= {column for _, columns in rewards for column in columns}
    rest = [_panel(_words(column), {column: "last"}, found, moment) for column in found if column not in shown]
    more = f"<details><summary>All other figures ({len(rest)})</summary>{_grid(rest)}</details>" if rest else ""
    return f"<p class=soft>{escape(_gate(found, gate))}</p>{_grid(panels)}{more}"


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


def _words(column: str) -> str:
    return column.removeprefix(TEST).replace("_", " ") + (", held out" if column.startswith(TEST) else "")


def _grid(panels: Sequence[str]) -> str:
    return f'<div class="charts">{"".join(panels)}</div>'

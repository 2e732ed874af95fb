"""Bars in groups: several figures of each row side by side, with their intervals, told apart by colour and by name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any


@dataclass(frozen=True)
class Stick:
    """A figure, the ends of its interval where there is one, and of how many things it is."""

    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None


def stick(figure: Mapping[str, Any] | None) -> Stick | None:
    """What `zoo.report.shares` gives as plain types, as a stick; None where there was nothing to count."""
    return None if figure is None else Stick(figure["value"], figure.get("low"), figure.get("high"), figure.get("n"))


def bare(value: float | None) -> Stick | None:
    """A figure without an interval; None for none."""
    return None if value is None else Stick(value)


def number(value: float | None) -> str:
    """A figure as 0.815, "-" for none."""
    return "-" if value is None else f"{value:.3f}"


def percent(value: float) -> str:
    """A share as 81.5 %."""
    return f"{100 * value:.1f} %"


def grouped(
    what: str,
    rows: Mapping[str, Sequence[Stick | None]],
    series: Sequence[str],
    form: Callable[[float], str] = percent,
    ends: tuple[float, float] = (0.0, 1.0),
) -> str:
    """A card of bars between two `ends`: for each row one of each series, in this order; "" where there is none."""
    shown = {words: sticks for words, sticks in rows.items() if any(one is not None for one in sticks)}
    if not shown:
        return ""
    body = "".join(
        f"<tr><th>{escape(words)}</th><td class=room>"
        + "".join(_bar(one, place, series[place], form, ends) for place, one in enumerate(sticks))
        + "</td></tr>"
        for words, sticks in shown.items()
    )
    key = "".join(f'<span><i class="g{place}"></i>{escape(name)}</span>' for place, name in enumerate(series))
    legend = f"<p class=keys>{key}</p>" if len(series) > 1 else ""
    return (
        f"<div class=card><p class=what>{escape(what)}</p>{legend}"
        f"<table class=groups><tbody>{body}</tbody></table></div>"
    )


def _bar(one: Stick | None, place: int, name: str, form: Callable[[float], str], ends: tuple[float, float]) -> str:
    if one is None:
        return f'<div title="{escape(name)}"><span class=track></span><em>-</em></div>'

    def at(value: float) -> float:
        return 100 * max(0.0, min(1.0, (value - ends[0]) / (ends[1] - ends[0])))

    interval, said = "", f"{name}: {form(one.value)}"
    if one.low is not None and one.high is not None:
        interval = f'<b style="left:{at(one.low):.1f}%;width:{at(one.high) - at(one.low):.1f}%"></b>'
        said += f", 95 % {form(one.low)} to {form(one.high)}"
    if one.n is not None:
        said += f", n = {one.n}"
    width = f"{at(one.value):.1f}%"
    return (
        f'<div title="{escape(said)}"><span class=track><i class="g{place}" style="width:{width}"></i>{interval}</span>'
        f"<em>{form(one.value)}</em></div>"
    )

"""Sentences with choices inside: "the pitch [is|stays] high" has two forms, "[|clearly ]" may stay empty.

Choices may be nested. What is put into a `{slot}` comes after choosing, so brackets in somebody's words mean nothing.
"""

import random
from collections.abc import Sequence

Node = str | list[list["Node"]]  # a text, or alternatives, each a row of nodes


def choose(forms: str | Sequence[str], rng: random.Random) -> str:
    """Return one form of one of the sentences, its slots still open; the more forms a sentence has, the more often."""
    rows = [forms] if isinstance(forms, str) else forms
    (row,) = rng.choices(rows, [count(row) for row in rows])
    return _chosen(_parse(row), rng)


def count(forms: str | Sequence[str]) -> int:
    """How many forms there are."""
    if isinstance(forms, str):
        return _count(_parse(forms))
    return sum(count(form) for form in forms)


def every(forms: str | Sequence[str]) -> list[str]:
    """Every form, for tests that read them all."""
    rows = [forms] if isinstance(forms, str) else forms
    return [text for row in rows for text in _every(_parse(row))]


def _parse(text: str) -> list[Node]:
    """The nodes of a text. Raises a `ValueError` for a bracket without its partner."""
    stack: list[list[list[Node]]] = [[[]]]
    for piece in _pieces(text):
        if piece == "[":
            stack.append([[]])
        elif piece == "]" and len(stack) > 1:
            stack[-2][-1].append(stack.pop())
        elif piece == "|" and len(stack) > 1:
            stack[-1].append([])
        elif piece in "[]|":
            raise ValueError(f"a bracket is missing in {text!r}")
        else:
            stack[-1][-1].append(piece)
    if len(stack) > 1:
        raise ValueError(f"a bracket is missing in {text!r}")
    return stack[0][0]


def _pieces(text: str) -> list[str]:
    for mark in "[]|":
        text = text.replace(mark, f"\x00{mark}\x00")
    return [piece for piece in text.split("\x00") if piece]


def _count(nodes: list[Node]) -> int:
    n = 1
    for node in nodes:
        n *= 1 if isinstance(node, str) else sum(_count(row) for row in node)
    return n


def _chosen(nodes: list[Node], rng: random.Random) -> str:
    return "".join(node if isinstance(node, str) else _chosen(rng.choice(node), rng) for node in nodes)


def _every(nodes: list[Node]) -> list[str]:
    texts = [""]
    for node in nodes:
        endings = [node] if isinstance(node, str) else [text for row in node for text in _every(row)]
        texts = [text + ending for text in texts for ending in endings]
    return texts

"""Tables whose cells are shaded by a share: what was told as what, and shares in two directions."""

from collections.abc import Mapping, Sequence
from html import escape

DARK = 0.55  # a share from which a cell is too dark for dark letters


def told(caption: str, counts: Mapping[str, Mapping[str, int]], columns: Sequence[str]) -> str:
    """What was said (columns) of what is true (rows): counts, shaded by their share of the row."""
    lines = []
    for row, said in counts.items():
        total = sum(said.values())
        cells = "".join(_count(said.get(name, 0), total, name == row, f"{row} told as {name}") for name in columns)
        lines.append(f"<tr><th>{escape(row)}</th>{cells}</tr>")
    return _table(caption, columns, lines, "confusion")


def shares(
    caption: str,
    rows: Mapping[str, Mapping[str, float]],
    columns: Sequence[str],
    chance: float = 0.0,
    notes: Mapping[str, Mapping[str, str]] | None = None,
) -> str:
    """Shares in %, from `chance` (white) to all (dark), below chance in the colour of what is wrong; "-" for none."""
    lines = []
    for row, values in rows.items():
        said = (notes or {}).get(row, {})
        cells = "".join(_share(values.get(name), chance, f"{row}, {name}{said.get(name, '')}") for name in columns)
        lines.append(f"<tr><th>{escape(row)}</th>{cells}</tr>")
    return _table(caption, columns, lines, "confusion heat")


def _count(count: int, total: int, right: bool, words: str) -> str:
    share = count / total if total else 0.0
    return _cell(str(count or "&middot;"), share, "right" if right else "wrong", f"{words}: {count} of {total}")


def _share(value: float | None, chance: float, words: str) -> str:
    if value is None:
        return "<td>-</td>"
    depth = (value - chance) / (1 - chance) if value >= chance else (chance - value) / chance
    return _cell(f"{100 * value:.0f}", depth, "good" if value >= chance else "wrong", f"{words}: {value:.1%}")


def _cell(said: str, share: float, kind: str, title: str) -> str:
    name = f"{kind} deep" if share > DARK else kind
    return f'<td class="{name}" style="--share:{100 * share:.0f}%" title="{escape(title)}">{said}</td>'


def _table(caption: str, columns: Sequence[str], lines: Sequence[str], kind: str) -> str:
    head = "".join(f"<th><span>{escape(name)}</span></th>" for name in columns)
    return (
        f'<p class=what>{escape(caption)}</p><table class="{kind}"><thead><tr><th></th>{head}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table>"
    )

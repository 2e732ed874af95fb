"""A hook of mkdocs: formulas between dollars become MathML, which browsers draw themselves, without a script."""

import re
from typing import Any

from latex2mathml.converter import convert

CODE = re.compile(r"(^```.*?^```$|^    .*?$|`[^`\n]+`)", re.MULTILINE | re.DOTALL)
DISPLAY = re.compile(r"^\$\$\n(.+?)\n\$\$$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"\$(?! )([^$]+?)(?<! )\$")
MARK = "formula{}here"
PAGES = {"method.md"}  # elsewhere a dollar is a dollar


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Put marks for the formulas of a page outside its code, so that Markdown leaves what is in them alone."""
    if page.file.src_uri not in PAGES:
        return markdown
    page.formulas = []

    def mark(found: re.Match[str], display: str) -> str:
        page.formulas.append(convert(" ".join(found[1].split()), display=display))
        return MARK.format(len(page.formulas) - 1)

    markdown = DISPLAY.sub(lambda found: mark(found, "block"), markdown)
    parts = CODE.split(markdown)
    return "".join(
        part if i % 2 else INLINE.sub(lambda found: mark(found, "inline"), part) for i, part in enumerate(parts)
    )


def on_page_content(html: str, page: Any, **_: Any) -> str:
    """Put the formulas where their marks are."""
    for i, formula in enumerate(getattr(page, "formulas", [])):
        html = html.replace(MARK.format(i), formula)
    return html

"""A hook of mkdocs: formulas between dollars become MathML, which browsers draw themselves, without a script."""

import re
from typing import Any

from latex2mathml.converter import convert

CODE = re.compile(r"(^```.*?^```$|^    .*?$|`[^`\n]+`)", re.MULTILINE | re.DOTALL)
DISPLAY = re.compile(r"^\$\$\n(.+?)\n\$\$$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"\$(?! )([^$]+?)(?<! )\$")
PAGES = {"method.md"}  # elsewhere a dollar is a dollar


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Replace the formulas of a page outside its code."""
    if page.file.src_uri not in PAGES:
        return markdown
    markdown = DISPLAY.sub(lambda found: f"<div class=formula>{convert(found[1], display='block')}</div>", markdown)
    parts = CODE.split(markdown)
    return "".join(part if i % 2 else INLINE.sub(lambda m: convert(m[1]), part) for i, part in enumerate(parts))

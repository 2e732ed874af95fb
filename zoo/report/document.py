"""The frame of every page: one HTML file that needs nothing else, and that a browser lets fetch nothing."""

from html import escape
from pathlib import Path

STYLES = [Path(__file__).with_name(name) for name in ("page.css", "voice.css")]
SCRIPT = Path(__file__).with_name("page.js")
# What a page holds is in it; whatever slips in with a name or a trace, a browser neither fetches nor sends a thing.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; media-src data:"


def document(title: str, body: str, script: bool = False, own: str | None = None) -> str:
    """A page as text: its title is escaped here, its body comes as HTML.

    `script` adds players and readings; `own` a style and a script of the page's own, by their files' name.
    """
    styles = [*STYLES, *([Path(__file__).with_name(f"{own}.css")] if own else [])]
    scripts = [*([SCRIPT] if script else []), *([Path(__file__).with_name(f"{own}.js")] if own else [])]
    style = "".join(path.read_text(encoding="utf-8") for path in styles)
    head = (
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{style}</style>"
    )
    code = "".join(f"<script>{path.read_text(encoding='utf-8')}</script>" for path in scripts)
    return f"<!doctype html><html lang=en><head>{head}</head><body>{body}{code}</body></html>\n"

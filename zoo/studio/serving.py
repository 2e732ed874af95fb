"""The server: this machine alone unless told otherwise, nothing fetched from elsewhere, limits before anything is read.

Uploads lie in a temporary folder of this process, which goes when it ends.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from zoo.core.errors import ZooError
from zoo.studio.limits import LARGEST_MB, Visitors

LOOPBACK = ("127.0.0.1", "localhost", "::1")
# The page may fetch from this server alone, so that a font or a script of another can never slip in.
POLICY = (
    "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; connect-src 'self' data: blob:; "
    "frame-ancestors 'self'; form-action 'self'; object-src 'none'; base-uri 'self'"
)


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Gradio asks no one outside, and keeps its files in a folder that is deleted; enter before it is imported."""
    with tempfile.TemporaryDirectory(prefix="zoo-demo-") as folder:
        os.environ |= {
            "GRADIO_ANALYTICS_ENABLED": "False",
            "GRADIO_TEMP_DIR": folder,
            "GRADIO_SHARE": "False",
            "GRADIO_MCP_SERVER": "False",
            "HF_HUB_DISABLE_TELEMETRY": "1",
        }
        yield


class Guard:
    """In front of the page (ASGI): counts uploads, refuses other names of this machine, allows no other origin."""

    def __init__(self, app: Any, visitors: Visitors, hosts: tuple[str, ...] | None) -> None:
        """Guard an app; `hosts` are the names it may be called by, all if None."""
        self.app, self.visitors, self.hosts = app, visitors, hosts

    async def __call__(self, scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        """Let a request through, or answer it."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if self.hosts and _name(headers.get("host", "")) not in self.hosts:  # a page elsewhere that found this port
            return await _answer(send, 421, "this page is served to this machine alone")
        if scope["method"] == "POST" and scope["path"].rstrip("/").endswith("/upload"):
            if int(headers.get("content-length", "0") or 0) > (LARGEST_MB + 1) << 20:  # a form says a little more
                return await _answer(send, 413, f"the file is over the limit of {LARGEST_MB} MB")
            try:
                self.visitors.enter((scope.get("client") or ("unknown", 0))[0])
            except ZooError as error:
                return await _answer(send, 429, str(error))

        async def guarded(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"content-security-policy", POLICY.encode())]
            await send(message)

        return await self.app(scope, receive, guarded)


def _name(host: str) -> str:
    """A `Host` header's name, without its port."""
    return host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]


async def _answer(send: Callable[..., Any], status: int, words: str) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": words.encode()})


def open_page(blocks: Any, host: str, port: int | None) -> str:
    """Serve a page in threads of its own, and return its address.

    Raises:
        ZooError: the port is taken, or the machine has no such address.
    """
    import gradio as gr
    from starlette.middleware import Middleware

    from zoo.studio.page import FONTS, STYLES

    hosts = LOOPBACK if host in LOOPBACK else None
    guard = Middleware(Guard, visitors=Visitors(), hosts=hosts)
    try:
        _, address, _ = blocks.launch(
            server_name=host,
            server_port=port,
            prevent_thread_lock=True,
            quiet=True,
            share=False,
            ssr_mode=False,
            mcp_server=False,
            run_history=False,
            footer_links=[],
            max_file_size=LARGEST_MB << 20,
            enable_monitoring=False,
            theme=gr.themes.Default(font=FONTS, font_mono=["ui-monospace", "monospace"]),
            css_paths=list(STYLES),
            app_kwargs={"middleware": [guard], "docs_url": None, "redoc_url": None, "openapi_url": None},
        )
    except (OSError, ValueError) as error:
        raise ZooError(f"the page cannot be served on {host}: {error}; choose another --port or --host") from None
    return str(address)

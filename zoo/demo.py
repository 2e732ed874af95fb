"""A page to try a checkpoint on: `python -m zoo.demo CKPT`, then open the address that it prints.

Record or upload a voice; see its pitch, energy, words and stress; read the answer with its claims held against the
signal; change pitch, speed or energy and ask again; ask another checkpoint. It needs no network: pip install '.[demo]'.
"""

import argparse
import signal
import sys
import threading
from importlib.util import find_spec
from typing import Any

from zoo.core.console import message, run_verb
from zoo.core.errors import ZooError, did_you_mean


def main(arguments: list[str] | None = None, stop: threading.Event | None = None) -> dict[str, Any]:
    """Serve the page until Ctrl-C, or until `stop` is set."""
    options = parse(arguments)
    if find_spec("gradio") is None:
        raise ZooError("the demo page needs the package gradio; install it with: pip install gradio")
    from zoo.studio.limits import Visitors
    from zoo.studio.serving import LOOPBACK, nothing_kept, open_page
    from zoo.studio.shelf import Shelf

    shelf = Shelf(options.checkpoint, options.weights)
    corpora = shelf.corpora[shelf.first]
    corpus = options.corpus or corpora[0]
    if corpus not in corpora:
        raise ZooError(f'{shelf.first} knows no corpus "{corpus}"{did_you_mean(corpus, corpora)}')
    with nothing_kept():
        from zoo.studio.asking import Asking
        from zoo.studio.page import page
        from zoo.studio.warming import warm

        warm(shelf.model(shelf.first), corpus)
        asking = Asking(shelf, Visitors())
        blocks = page(asking, shelf, corpus)
        address = open_page(blocks, options.host, options.port)
        if options.host not in LOOPBACK:
            message(f"note: whoever can reach {options.host} on the network can use this page; it asks for no password")
        message(f"open {address} in a browser; Ctrl-C ends it")
        try:
            _wait(stop or threading.Event())
        finally:
            blocks.close(verbose=False)
    return {"address": address, "checkpoints": list(shelf.folders)}


def _wait(stop: threading.Event) -> None:
    """Until the event, or Ctrl-C, or the signal that a service manager sends."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        stop.wait()
    except KeyboardInterrupt:
        message("stopped")


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m zoo.demo", description=__doc__)
    parser.add_argument("checkpoint", help="a checkpoint's folder, or its name in checkpoints/")
    parser.add_argument("--corpus", help="whose options and levels are chosen first; the checkpoint's first if l")
    parser.add_argument("--host", default="127.0.0.1", help="the address to serve on; this machine alone if left out")
    parser.add_argument("--port", type=int, help="the first free one from 7860 if left out")
    parser.add_argument("--weights", help="a folder in place of the published weights that the checkpoint names")
    parser.add_argument("--json", action="store_true", help="end standard output with one JSON object")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(run_verb(main))

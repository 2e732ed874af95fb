"""Export a checkpoint in the libraries' own layout: `python -m zoo.export CKPT DEST [--adapter-only]`.

DEST becomes a folder with backbone/ (the LoRA merged) and encoder/, each of which plain `transformers` loads, and the
small parts as safetensors with a README.md and parts.json that say how they join. A joined omni model becomes model/,
in the layout it came in. With `--adapter-only` DEST is the backbone's LoRA alone, as `peft.PeftModel.from_pretrained`
loads it.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from zoo.core.checkpoint import read_checkpoint
from zoo.core.console import message, run_verb
from zoo.core.new_folder import new_folder, refuse_taken


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Load a checkpoint and write it as a new folder, whole or not at all."""
    options = parse(arguments)
    checkpoint = read_checkpoint(options.checkpoint)
    refuse_taken(options.dest)  # said before a weight is read
    from zoo.models.export import bytes_of, export_adapter, export_whole
    from zoo.models.load import load_model

    model = load_model(checkpoint.folder)
    needed = bytes_of(model, checkpoint, options.adapter_only)
    export = export_adapter if options.adapter_only else export_whole
    with new_folder(options.dest, needed) as draft:
        facts = export(model, checkpoint, draft)
    files = sorted(path for path in options.dest.rglob("*") if path.is_file())
    message(f"{options.dest}: {len(files)} files, {sum(path.stat().st_size for path in files) / 1e6:.1f} MB")
    return {"folder": str(options.dest), "files": [str(path.relative_to(options.dest)) for path in files], **facts}


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m zoo.export", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkpoint", help="a checkpoint's folder, or its name in checkpoints/")
    parser.add_argument("dest", type=Path, help="the folder to make")
    parser.add_argument("--adapter-only", action="store_true", help="the backbone's LoRA alone, for peft")
    parser.add_argument("--json", action="store_true", help="end standard output with one JSON object")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(run_verb(main))

import json
import subprocess
import sys

import pytest

from zoo.core.places import PROJECT

ANSWER = """
import contextlib, json, sys
from zoo.core.quick_start import quick_start
with quick_start() if sys.argv[1] == "quick" else contextlib.nullcontext():
    import torch
    from zoo.core.registry import backbones
    torch.manual_seed(0)
    backbone = backbones.build("qwen3-test", json.loads(sys.argv[2])).eval()
compiler = "torch._dynamo.convert_frame" in sys.modules
ids = torch.arange(8)[None]
with torch.no_grad():
    hidden, _ = backbone(backbone.embed(ids), torch.ones_like(ids, dtype=torch.bool), ids)
    answer = backbone.logits(hidden)[0, -1, :5].tolist()
"""
AFTERWARDS = """
from transformers import masking_utils, utils
with masking_utils.TransformGetItemToIndex():
    picked = torch.vmap(lambda i: torch.arange(4)[i])(torch.arange(3)).tolist()
compiled = torch.compile(lambda x: x + 1, backend="eager")(torch.ones(1)).item()
print(json.dumps({
    "answer": answer, "compiler": compiler, "picked": picked, "compiled": compiled,
    "real": "torch._dynamo.convert_frame" in sys.modules, "scipy": utils.is_scipy_available(),
    "disable": torch.compiler.disable.__module__,
}))
"""


def run(how: str, **options: object) -> dict:
    told = [how, json.dumps(options)]
    done = subprocess.run(
        [sys.executable, "-c", ANSWER + AFTERWARDS, *told], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("options", [{}, {"lora": {"rank": 4}}], ids=["plain", "lora"])
def test_a_quick_start_leaves_the_compiler_out_answers_the_same_and_puts_everything_back(options):
    quick, usual = run("quick", **options), run("usual", **options)
    assert usual["compiler"]
    assert not quick["compiler"]
    assert quick["answer"] == usual["answer"]
    for key in ("picked", "compiled", "real", "scipy", "disable"):  # put off, not gone
        assert quick[key] == usual[key], key


def test_a_quick_start_inside_a_running_program_changes_nothing_there():
    import gc

    import torch
    import transformers  # noqa: F401

    from zoo.core.quick_start import quick_start

    before = torch.compiler.disable
    with quick_start():
        assert torch.compiler.disable is before
        assert not gc.isenabled()
    assert gc.isenabled()

"""Registries read names and options without importing; what they read is what the import gives."""

import inspect
import shutil
import subprocess
import sys

import pytest

from zoo.core import registry as registries
from zoo.core.errors import ZooError
from zoo.core.places import ZOO
from zoo.core.registry import Registry
from zoo.core.signatures import COMPUTED, REQUIRED

ALL = [r for r in vars(registries).values() if isinstance(r, Registry)]
ENTRIES = [(r, name) for r in ALL for name in r.entries]

README = (ZOO.parent / "README.md").read_text(encoding="utf-8")
NEW_ENCODER = README.partition("## Add an encoder")[2].partition("```python\n")[2].partition("```")[0]


@pytest.mark.parametrize(("registry", "name"), ENTRIES, ids=[f"{r.kind}-{n}" for r, n in ENTRIES])
def test_what_is_read_is_what_is_there(registry, name):
    entry = registry.entry(name)
    signature = inspect.signature(entry.thing)
    before = {n: p for n, p in signature.parameters.items() if p.kind is not p.KEYWORD_ONLY}
    assert list(entry.options) == list(before)
    assert entry.told == {n for n, p in signature.parameters.items() if p.kind is p.KEYWORD_ONLY}
    for option, parameter in zip(entry.options.values(), before.values(), strict=True):
        if option.default not in (REQUIRED, COMPUTED):
            assert option.default == parameter.default
    assert entry.about


def test_a_wrong_name_brings_the_nearest():
    with pytest.raises(ZooError, match=r'there is no adapter "conv-mpl"; did you mean "conv-mlp"?'):
        registries.adapters.entry("conv-mpl")


def test_a_new_encoder_is_one_new_file(tmp_path):
    """The README's dozen lines, found by `zoo.ls`, the contract tests and a recipe, with nothing else edited."""
    assert len([line for line in NEW_ENCODER.split("\n") if line]) <= 13
    shutil.copytree(ZOO, tmp_path / "zoo", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ZOO.parent / "tests" / "encoders", tmp_path / "tests" / "encoders")
    shutil.copy(ZOO.parent / "tests" / "conftest.py", tmp_path / "tests")
    (tmp_path / "zoo" / "encoders" / "mine.py").write_text(NEW_ENCODER, encoding="utf-8")
    (tmp_path / "recipe.yaml").write_text(
        "encoder: {name: mine-test, dim: 16}\nstage: {name: encoder}\ndata: {name: prosodia}\n",
        encoding="utf-8",
    )

    def run(*words):
        return subprocess.run([sys.executable, *words], cwd=tmp_path, capture_output=True, text=True, timeout=120)

    listed = run("-m", "zoo.ls", "encoders")
    assert "mine-test" in listed.stdout, listed.stderr
    checked = run("-m", "zoo.fit", "recipe.yaml", "--check")
    assert checked.returncode == 0, checked.stderr
    tested = run("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/encoders", "-k", "mine")
    assert tested.returncode == 0, tested.stdout
    assert "passed" in tested.stdout

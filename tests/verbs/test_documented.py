"""Every command of quick start, swap guide and add-a-part guide is run, training ones at test size.

`pytest -m documented` runs all; in the whole suite those that load a model are left out, since other tests of the verbs
do the same work.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys

import pytest
import soundfile

from tests.corpus import write_corpus
from zoo.core.places import PROJECT

PAGES = ("quick-start", "swap", "add-a-part")
SMALL = ("trainer.max_steps=1", "data.train=45", "data.test=27", "stage.group_size=2", "trainer.accelerator=cpu")
COMMAND = re.compile(r"^(?:python -m|make) .+$", re.MULTILINE)
SHELL = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def text(page):
    return (PROJECT / "docs" / f"{page}.md").read_text(encoding="utf-8")


def commands(page):
    return [line for block in SHELL.findall(text(page)) for line in COMMAND.findall(block)]


def is_cheap(line):
    return line.endswith("--check") or "zoo.ls" in line or "wisper" in line


ALL = [(page, line) for page in PAGES for line in commands(page) if line.startswith("python")]
CHEAP = [pytest.param(*row, id=row[1]) for row in ALL if row[0] != "add-a-part" and is_cheap(row[1])]
DEAR = [pytest.param(*row, id=row[1]) for row in ALL if row[0] != "add-a-part" and not is_cheap(row[1])]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A folder to work in, with a recording in it."""
    folder = tmp_path_factory.mktemp("documented")
    write_corpus(folder, speakers=1, each=1)
    samples, rate_hz = soundfile.read(folder / "s0_0.wav")
    soundfile.write(folder / "some.wav", samples, rate_hz)
    return folder


def run(folder, words, root=PROJECT):
    env = {**os.environ, "PYTHONPATH": str(root)}
    return subprocess.run(
        [sys.executable, *words], cwd=folder, env=env, capture_output=True, text=True, timeout=900
    )  # prosodia may have to be made


@pytest.mark.parametrize(("page", "line"), CHEAP)
def test_a_command_that_reads_alone_does_what_is_said(page, line, desk):
    done = run(desk, shlex.split(line)[1:])
    said = re.search(rf"^{re.escape(line)}\n# (.+)$", text(page), re.MULTILINE)
    if said:
        assert done.returncode == 2
        assert said[1] in done.stderr
    else:
        assert done.returncode == 0, done.stderr


@pytest.mark.documented
@pytest.mark.parametrize(("page", "line"), DEAR)
def test_a_command_that_loads_a_model_works_at_test_size(page, line, desk):
    words = shlex.split(line)[1:]
    if words[1] == "zoo.demo":
        pytest.skip("tests/studio runs it and visits the page")
    if words[1] == "zoo.fit":
        words += SMALL
    elif words[1] in ("zoo.evaluate", "zoo.compare"):
        words += ["data.train=45", "data.test=27"]
    done = run(desk, words)
    assert done.returncode == 0, done.stderr


def test_the_added_part_is_listed_tested_and_named_in_a_recipe(tmp_path):
    """The page's own file in a copy of the zoo, and the page's own commands."""
    shutil.copytree(PROJECT / "zoo", tmp_path / "zoo", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in ("recipes", "tests/encoders"):
        shutil.copytree(PROJECT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("tests/conftest.py", "tests/__init__.py", "pyproject.toml"):
        shutil.copy(PROJECT / file, tmp_path / file)
    source = re.search(r"```python\n(.*?)```", text("add-a-part"), re.DOTALL)[1]
    (tmp_path / "zoo" / "encoders" / "mine.py").write_text(source, encoding="utf-8")
    for line in commands("add-a-part"):
        done = run(tmp_path, shlex.split(line)[1:], tmp_path)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"


def test_what_is_made_is_in_the_makefile():
    known = (PROJECT / "Makefile").read_text(encoding="utf-8")
    for page in PAGES:
        for goal in re.findall(r"^make (\w+)", text(page), re.MULTILINE):
            assert f"\n{goal}:" in known


def test_every_page_of_the_site_is_in_its_index_and_every_module_is_there():
    listed = (PROJECT / "mkdocs.yml").read_text(encoding="utf-8")
    for page in sorted((PROJECT / "docs").rglob("*.md")):
        assert str(page.relative_to(PROJECT / "docs")) in listed, page
        for module in re.findall(r"^::: (\S+)", page.read_text(encoding="utf-8"), re.MULTILINE):
            path = PROJECT / module.replace(".", "/")
            assert path.with_suffix(".py").is_file() or (path / "__init__.py").is_file(), module

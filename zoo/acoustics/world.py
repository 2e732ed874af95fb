"""The WORLD vocoder's functions (package `pyworld`), without the package's front door.

The zoo depends on `pyworld-prebuilt`, the same code in wheels, so that nobody needs a compiler. Where the original
`pyworld` is installed it serves as well: its front door imports `pkg_resources`, which setuptools 81 took away, so the
extension module is loaded by itself; what is in it is what `import pyworld` would give.
"""

from functools import cache
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from typing import Any

from zoo.core.errors import ZooError


@cache
def world() -> Any:
    """The extension module `pyworld.pyworld`: harvest, dio, stonemask, cheaptrick, d4c, synthesize.

    Raises:
        ZooError: if the package is not installed.
    """
    package = find_spec("pyworld")
    spec = PathFinder.find_spec("pyworld.pyworld", package.submodule_search_locations) if package else None
    if spec is None or spec.loader is None:
        raise ZooError("the package pyworld is not installed; install it with: pip install pyworld-prebuilt")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

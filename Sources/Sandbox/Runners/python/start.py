"""The beginning of the runner's script. `SOURCES`, the modules beside this file, stand above it."""

import importlib.abc
import importlib.util
import sys

PACKAGE = "roost_runner"


class Bundle(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the runner's modules in the script itself: in the sandbox there is no folder of them."""

    def find_spec(self, name, path=None, target=None):
        part = "__init__" if name == PACKAGE else name[len(PACKAGE) + 1 :]
        if name.split(".")[0] != PACKAGE or part not in SOURCES:  # noqa: F821
            return None
        return importlib.util.spec_from_loader(name, self, is_package=name == PACKAGE)

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        part = "__init__" if module.__name__ == PACKAGE else module.__name__[len(PACKAGE) + 1 :]
        code = compile(SOURCES[part], "<roost_runner>/%s.py" % part, "exec", dont_inherit=True)  # noqa: F821
        exec(code, module.__dict__)


sys.meta_path.insert(0, Bundle())
# The script's own folder is none of the code's.
sys.path[:] = [
    folder for folder in sys.path if folder not in ("", "/run/roost") and folder != sys.argv[0].rpartition("/")[0]
]

from roost_runner.serve import main  # noqa: E402

main()

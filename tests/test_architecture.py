"""The shape of the package: imports go down only, and each door is where it belongs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "dedupe"

LAYERS = (
    {"inputs"},
    {"errors", "progress", "model", "columns", "digests", "kernels", "learned", "signals"},
    {"lines", "naming", "normalizing", "originals", "settings", "spilling", "threads"},
    {
        "boilerplate",
        "candidates",
        "containment",
        "cutting",
        "fingerprinting",
        "folding",
        "keeping",
        "limits",
        "meaning",
        "overlaps",
        "reading",
        "segmenting",
        "traits",
        "workers",
    },
    {"verifying"},
    {"differing", "repeats", "sharing"},
    {"deciding", "documents", "outlining"},
    {"editing", "settling"},
    {"learning"},
    {"corpus"},
    {"pipeline"},
    {"api", "writing"},
    {"plan"},
    {"explaining", "restoring", "reviewing"},
    {"reports"},
    {"checking"},
    {"reporters"},
    {"cli"},
    {"__init__", "__main__"},
)
"""From the floor to the roof. A unit, a module or a package of the house, imports from the layers below it only."""

HEAVY = {
    "charset_normalizer", "datasketch", "fastwarc", "jinja2", "numba", "numpy", "pathspec", "pyarrow", "resiliparse",
    "scipy",
}  # fmt: skip
"""What a page on a pipe needs none of, so it is imported inside functions."""

ON_ARRAYS = ("kernels/", "corpus/", "boilerplate/hints.py", "plan/spelling.py", "spilling/growing.py")
"""Modules that work on arrays: what is heavy is there from the start, and they are imported inside functions."""

DOORS = {"click": "cli/", "rich": "cli/console.py"}
"""Third-party modules, each with the only place that may import it."""

MAX_LINES, MAX_FUNCTION_LINES = 300, 40
LONG_MODULES: dict[str, str] = {}
"""Modules that may be longer, with the reason."""
LONG_FUNCTIONS: dict[str, str] = {}
"""Functions that may be longer, with the reason."""

MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse((PACKAGE / module).read_text(encoding="utf-8"))


def imported(module: str, node: ast.AST) -> Iterator[str]:
    """Yield the full names that an import statement names, `dedupe.x.y` for a submodule as well as for a name in it."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, f"{module} imports relatively"
        for alias in node.names:
            yield f"{node.module}.{alias.name}"


def imports_of(module: str) -> Iterator[str]:
    for node in ast.walk(tree_of(module)):
        yield from imported(module, node)


def unit_of(module: str) -> str:
    return module.split("/")[0].removesuffix(".py")


def layer_of(unit: str) -> int:
    return next((number for number, layer in enumerate(LAYERS) if unit in layer), -1)


def own_imports(module: str) -> set[str]:
    """Return the modules of the package that a module imports, as paths."""
    found = set()
    for name in imports_of(module):
        parts = name.split(".")
        if parts[0] != "dedupe":
            continue
        for length in range(len(parts), 0, -1):
            path = "/".join(parts[1:length])
            candidates = (f"{path}.py", f"{path}/__init__.py".lstrip("/"))
            if hit := next((each for each in candidates if each in MODULES), None):
                found.add(hit)
                break
    return found - {module}


def at_import(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that run when a module is imported."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from at_import(node.orelse)
            continue
        yield node
        for block in ("body", "orelse", "finalbody"):
            yield from at_import(getattr(node, block, []))
        for handler in getattr(node, "handlers", []):
            yield from at_import(handler.body)


def names_used(module: str) -> set[str]:
    """Return the names and dotted names that a module mentions."""
    return {
        ast.unparse(node) for node in ast.walk(tree_of(module)) if isinstance(node, ast.Name | ast.Attribute)
    }


def test_every_module_has_a_place_in_the_house() -> None:
    assert [module for module in MODULES if layer_of(unit_of(module)) < 0] == []


def test_every_place_in_the_house_is_taken() -> None:
    assert set().union(*LAYERS) == {unit_of(module) for module in MODULES}


@pytest.mark.parametrize(
    "module", [module for module in MODULES if module not in ("__init__.py", "__main__.py")]
)
def test_imports_go_down_only(module: str) -> None:
    own = unit_of(module)
    others = {unit_of(each) for each in own_imports(module)} - {own}
    # `from dedupe import __version__` comes from the roof and is only a string.
    upwards = {each for each in others - {"__init__"} if layer_of(each) >= layer_of(own)}
    assert upwards == set()


def test_no_modules_import_each_other_in_a_circle() -> None:
    waiting = {module: own_imports(module) - {"__init__.py"} for module in MODULES}
    while free := [module for module, needs in waiting.items() if not needs & waiting.keys()]:
        for module in free:
            del waiting[module]
    # A package's `__init__` names its modules' names; what it is imported for by them are other modules of it.
    assert waiting == {}


@pytest.mark.parametrize(("library", "door"), DOORS.items())
def test_a_library_comes_in_by_its_door_only(library: str, door: str) -> None:
    users = [
        module for module in MODULES if any(name.split(".")[0] == library for name in imports_of(module))
    ]
    assert users
    assert [module for module in users if not module.startswith(door)] == []


@pytest.mark.parametrize("module", MODULES)
def test_what_is_heavy_is_imported_when_it_is_needed(module: str) -> None:
    if module.startswith(ON_ARRAYS):
        return  # arrays are what it is about; who needs it imports it inside a function
    statements = at_import(tree_of(module).body)
    heavy = {name.split(".")[0] for node in statements for name in imported(module, node)} & HEAVY
    assert heavy == set()


@pytest.mark.parametrize("module", [module for module in MODULES if not module.startswith(ON_ARRAYS)])
def test_kernels_are_imported_when_they_are_needed(module: str) -> None:
    names = {name for node in at_import(tree_of(module).body) for name in imported(module, node)}
    assert [name for name in names if name.startswith("dedupe.kernels")] == []


@pytest.mark.parametrize(
    "module", [module for module in MODULES if not module.startswith("cli/") and module != "__main__.py"]
)
def test_the_library_does_not_print_exit_or_look_at_clock_or_environment(module: str) -> None:
    forbidden = {
        "print", "input", "exit", "quit", "SystemExit", "sys.exit", "sys.argv", "sys.stdin", "sys.stdout",
        "sys.stderr", "os._exit", "os.environ", "os.environb", "os.getenv", "logging", "warnings.warn",
    }  # fmt: skip
    clocks = {"time", "datetime", "random", "secrets", "uuid"}
    assert names_used(module) & forbidden == set()
    assert {name.split(".")[0] for name in imports_of(module)} & clocks == set()


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_no_longer_than_it_may_be(module: str) -> None:
    lines = (PACKAGE / module).read_text(encoding="utf-8").count("\n")
    assert (lines > MAX_LINES) == (module in LONG_MODULES)


def test_a_function_is_no_longer_than_it_may_be() -> None:
    long = {
        f"{module}:{node.name}"
        for module in MODULES
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _code_lines(node) > MAX_FUNCTION_LINES
    }
    assert long == LONG_FUNCTIONS.keys()


def _code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function has, its docstring left out: a contract may be as long as it must be."""
    first = function.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    total = (function.end_lineno or 0) - function.lineno + 1
    return total - ((first.end_lineno or 0) - first.lineno + 1 if is_docstring else 0)


@pytest.mark.parametrize("module", MODULES)
def test_every_module_says_what_it_is_about(module: str) -> None:
    assert ast.get_docstring(tree_of(module))

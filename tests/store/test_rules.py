"""Nothing in the package goes round the versions and the audit."""

import ast
from pathlib import Path

import pytest

import zwk_data.store

PACKAGE = Path(zwk_data.store.__file__).parent
SOURCES = sorted(PACKAGE.rglob("*.py"))
BULK = {
    "update",
    "delete",
    "insert",
    "merge_all",
    "bulk_save_objects",
    "bulk_insert_mappings",
    "bulk_update_mappings",
    "query",
}


def bulk_statements(tree: ast.AST) -> list[str]:
    """UPDATE and DELETE of many rows, which the version column does not see: imported, or called on a table or query."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
            found += [alias.name for alias in node.names if alias.name in BULK]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in BULK:
            on_session = isinstance(node.func.value, ast.Name) and node.func.value.id == "session"
            if not (on_session and node.func.attr == "delete"):  # session.delete(row) compares the version
                found.append(node.func.attr)
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_module_uses_bulk_statements(path):
    assert bulk_statements(ast.parse(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "text",
    [
        "from sqlalchemy import update",
        "session.query(RecordRow).delete()",
        "RecordRow.__table__.update()",
        "session.bulk_update_mappings(RecordRow, [])",
    ],
)
def test_the_rule_sees_each_form_of_them(text):
    assert bulk_statements(ast.parse(text))


def test_rows_are_changed_in_one_module_only():
    """Drafts apart, which are overwritten freely."""
    changing = {
        path.name
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"add", "add_all", "delete", "merge"}
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "session"
    }
    assert changing == {"writing.py", "store.py"}


def test_what_the_package_hands_out_is_free_of_the_orm():
    public = [getattr(zwk_data.store, name) for name in zwk_data.store.__all__]
    assert all(thing.__module__.startswith("zwk_data.store.") for thing in public)
    assert not any("models" in thing.__module__ for thing in public)

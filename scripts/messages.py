"""Bring ``locale/en`` in step with the German messages in the code: ``python scripts/messages.py [--check]``.

A message is the literal first argument of a call of ``text``; titles of pages and sections stand in ``app.py``, further
German texts in the declarations. New ones are added without translation, those no longer used are dropped. ``--check``
changes nothing and fails where a message has no translation or other placeholders than the German one.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PO = ROOT / "locale" / "en" / "LC_MESSAGES" / "zwk.po"
GERMAN = re.compile(
    r"[äöüÄÖÜß]|\b(Quelle|Tabelle|bearbeitet|Berechnung|Datenlizenz|Namensnennung|Weiterverwendung|Gemeinden|Tausend|"
    r"Mittelwert|Nur|Gebietsstand|je|Haushalte|Schutzsuchende|Methode|mit|und|des|Bruch|Grundlage|Keine)\b"
)
SECOND_HAND = "Aus zweiter Hand übernommen"  # how the same remark of many datasets begins; it has its own message
PLACEHOLDER = re.compile(r"{(\w+)")


def messages_of(path: Path) -> Iterator[str]:
    """Yield the messages of one source file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name == "text" and isinstance(node.args[0].value, str):
                yield node.args[0].value


def titles() -> Iterator[str]:
    """Yield the headings of the sections and the titles of the pages."""
    tree = ast.parse((ROOT / "app.py").read_text(encoding="utf-8"))
    call = next(node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "run")
    for heading, pages in ast.literal_eval(call.args[0]).items():
        yield heading
        yield from (title for _, title, _ in pages)


def declared() -> Iterator[str]:
    """Yield the German texts of the declarations that have no English beside them."""
    for source in _entries("sources"):
        yield from (source["provider"], source["code"], source["attribution"], source.get("change_de", ""))
        yield source.get("note_de", "").partition(SECOND_HAND)[0].strip()
    yield from (text for licence in _entries("licences") for text in (licence["name"], licence["short"]))
    for one in _entries("indicators"):
        yield one.get("needs", "")
        yield from (one.get(f"{name}_de", "") for name in ("formula", "caveat") if not one.get(f"{name}_en"))


def _entries(name: str) -> list[dict[str, str]]:
    file = ROOT / "zwk_data" / "catalog" / f"{name}.toml"
    return list(tomllib.loads(file.read_text(encoding="utf-8")).values())


def is_german(text: str) -> bool:
    """Tell whether a declared text needs a translation: names, codes and numbers stay as they are."""
    return bool(GERMAN.search(text))


def reasons() -> Iterator[str]:
    """Yield why a provider gave no usable answer or an input was not saved, as the classes of errors say it."""
    for package in ("sources", "store"):
        tree = ast.parse((ROOT / "zwk_data" / package / "errors.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                yield str(node.value.value)


def used() -> set[str]:
    """Return every message of the project."""
    files = [path for folder in ("ui", "pages", "zwk_data") for path in (ROOT / folder).rglob("*.py")]
    written = {message for path in files for message in messages_of(path)}
    return written | set(titles()) | set(filter(is_german, declared())) | set(reasons())


def known() -> dict[str, str]:
    """Return the translations there are."""
    if not PO.exists():
        return {}
    with PO.open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


def problems() -> list[str]:
    """Return what is missing or does not fit, one line each."""
    translations = known()
    missing = [f"no translation: {message}" for message in sorted(used()) if not translations.get(message)]
    unused = [f"no longer used: {message}" for message in sorted(set(translations) - used())]
    differing = [
        f"other placeholders: {message}"
        for message, translation in translations.items()
        if translation and set(PLACEHOLDER.findall(message)) != set(PLACEHOLDER.findall(translation))
    ]
    return missing + unused + differing


def update() -> None:
    """Write the catalogue with all messages in use, keeping translations."""
    translations = known()
    catalog = Catalog(locale="en", project="zukunftswerkstatt-kommunen-dashboard", header_comment="# English texts.")
    for message in sorted(used()):
        catalog.add(message, translations.get(message, ""))
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalog, width=0, omit_header=False, sort_output=True, ignore_obsolete=True)
    lines = [line for line in PO.read_text(encoding="utf-8").splitlines() if "-Date:" not in line]
    PO.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if "--check" in sys.argv:
        found = problems()
        sys.stdout.write("\n".join(found) + ("\n" if found else ""))
        sys.exit(bool(found))
    update()

"""Where python-pptx looks at the whole presentation for each new part, this remembers instead; the bytes are the same.

Naming a part walks the whole package in python-pptx, so a deck of forty slides walks it some two hundred times; saving
packs every part, only for us to unpack it and pack it with its date.
"""

import io
from collections.abc import Callable
from functools import cache
from typing import Any

from pptx.opc.packuri import PackURI
from pptx.opc.serialized import PackageWriter
from pptx.oxml import xmlchemy as _xmlchemy


def swift(made: Any) -> None:
    """Let a presentation that only grows name its parts from memory; parts must not be taken out afterwards."""
    package = made.part.package
    package.next_partname = _namer({str(part.partname) for part in package.iter_parts()})


def _namer(known: set[str]) -> Callable[[str], PackURI]:
    """Return what python-pptx's ``next_partname`` returns: the number after that of parts of this kind, if free."""
    by_kind: dict[str, set[str]] = {}

    def name(form: str) -> PackURI:
        prefix = form[: (form % 42).find("42")]
        names = by_kind.setdefault(prefix, {one for one in known if one.startswith(prefix)})
        found = next(form % number for number in range(len(names) + 1, 0, -1) if form % number not in names)
        names.add(found)
        return PackURI(found)

    return name


class _Entries(dict[str, bytes]):
    """Takes the entries of a file in the order in which python-pptx writes them."""

    def write(self, name: PackURI, raw: bytes) -> None:
        """Keep one entry."""
        self[name.membername] = raw


def entries(made: Any) -> dict[str, bytes]:
    """Return the entries of the file of a presentation, in their order, not yet packed."""
    package, found = made.part.package, _Entries()
    writer: Any = PackageWriter(io.BytesIO(), package._rels, tuple(package.iter_parts()))
    writer._write_content_types_stream(found)
    writer._write_pkg_rels(found)
    writer._write_parts(found)
    return found


# Names of elements are put together anew some sixty thousand times for a deck: the same few hundred.
xmlchemy: Any = _xmlchemy
if not hasattr(xmlchemy.qn, "cache_info"):
    xmlchemy.qn = cache(xmlchemy.qn)

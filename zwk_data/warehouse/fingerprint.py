"""What a database is made from, as one checksum: figures, declarations and the code that turns one into the other.

A generation made from something else than what lies here is out of date: a new version of the program builds anew by
itself, and nobody reads columns that an older version did not write.
"""

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from zwk_data.warehouse.paths import PROJECT, SNAPSHOT

# What the providers' parsers make of the archived bytes is kept by their version, so that counts and not their code.
PARSER_VERSION = re.compile(r"^PARSER_VERSION\b[^=\n]*= *(\d+)", re.MULTILINE)
MAKERS = (
    ("zwk_data/catalog", "*.toml"),
    ("zwk_data/catalog", "*.csv"),
    ("zwk_data/catalog", "tidy.py"),
    ("zwk_data/catalog", "declarations.py"),
    ("zwk_data/indicators", "*.py"),
    ("zwk_data/projection", "*.py"),
    ("zwk_data/warehouse", "schema.py"),
    ("zwk_data/warehouse", "derive.py"),
    ("zwk_data/warehouse", "loads.py"),
    ("zwk_data/warehouse", "build.py"),
    ("zwk_data/warehouse", "checks.py"),
    ("zwk_data/warehouse", "live.py"),
    ("zwk_data/warehouse", "projecting.py"),
    ("zwk_data/warehouse", "reuse.py"),
    ("zwk_data/sources", "corrections.py"),
    ("zwk_data/sources", "places.py"),
    ("zwk_data/own_data", "columns.py"),
    ("zwk_data/own_data", "consistency.py"),
    ("zwk_data/own_data", "figures.py"),
    ("zwk_data/own_data", "records.py"),
)


@lru_cache(maxsize=4)
def fingerprint(snapshot: Path = SNAPSHOT) -> str:
    """Return the checksum of everything that decides what the build writes, archived loads apart."""
    files = [path for folder, pattern in MAKERS for path in sorted((PROJECT / folder).glob(pattern))]
    digest = hashlib.sha256()
    for path in (*files, snapshot / "manifest.toml"):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    for path in sorted((PROJECT / "zwk_data/sources").rglob("*.py")):
        for version in PARSER_VERSION.findall(path.read_text(encoding="utf-8")):
            digest.update(f"{path.stem}:{version}\0".encode())
    return digest.hexdigest()


def archive_mark(archive: Path) -> str:
    """Return the checksum of the list of accepted loads: another one than a generation has means it lacks some."""
    listed = sorted(f"{path.parent.name}/{path.stem}" for path in archive.glob("loads/*/[0-9]*.json"))
    return hashlib.sha256("\n".join(listed).encode()).hexdigest()

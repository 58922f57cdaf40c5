"""What a database is made from, as one checksum: figures, declarations and the code that turns one into the other.

A generation made from something else than what lies here is out of date: a new version of the program builds anew by
itself, and nobody reads columns that an older version did not write.
"""

import hashlib
from functools import lru_cache
from pathlib import Path

from zwk_data.warehouse.paths import PROJECT, SNAPSHOT

MAKERS = (
    ("zwk_data/catalog", "*.toml"),
    ("zwk_data/catalog", "tidy.py"),
    ("zwk_data/indicators", "*.py"),
    ("zwk_data/warehouse", "schema.py"),
    ("zwk_data/warehouse", "derive.py"),
    ("zwk_data/warehouse", "build.py"),
)


@lru_cache(maxsize=4)
def fingerprint(snapshot: Path = SNAPSHOT) -> str:
    """Return the checksum of everything that decides what the build writes, archived loads apart."""
    files = [path for folder, pattern in MAKERS for path in sorted((PROJECT / folder).glob(pattern))]
    digest = hashlib.sha256()
    for path in (*files, snapshot / "manifest.toml"):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()

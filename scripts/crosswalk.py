"""Write zwk_data/catalog/crosswalk.csv from the BBSR's file: python scripts/crosswalk.py FILE."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from zwk_data.sources import crosswalk

crosswalk.FILE.write_text(crosswalk.derived(Path(sys.argv[1]).read_bytes()), encoding="utf-8", newline="\n")

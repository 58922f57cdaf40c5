"""``python -m zwk_data.warehouse.stating 2026-11-24``: builds the state of a day in a process of its own.

For a server: a full disk or an unhandled fault inside the database then ends this process and not the server.
"""

import sys
from datetime import date

from zwk_data.warehouse import open_as_of, open_statistics


def main(day: str) -> None:
    """Build the file of a state where it is not there; ends with an error where it cannot be built."""
    with open_statistics() as newest:
        open_as_of(newest, date.fromisoformat(day)).close()


if __name__ == "__main__":
    main(sys.argv[1])

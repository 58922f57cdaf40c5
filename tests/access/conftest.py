"""A store of its own and people with one role each; the keys of the two municipalities are synthetic."""

import pytest

from zwk_data.access import EVERYWHERE, LOCAL, Person
from zwk_data.access.accounts import account_of
from zwk_data.store import open_store

A, B = "99000001", "99000002"
ISSUER = "https://anmeldung.example"


def konto(name: str) -> str:
    return account_of(ISSUER, name)


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'store.sqlite'}") as opened:
        yield opened


@pytest.fixture
def admin():
    """Admin everywhere, by account."""
    return Person("account", konto("chef"), {EVERYWHERE: "admin"})


@pytest.fixture
def local():
    return LOCAL

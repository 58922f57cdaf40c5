"""Who may do what before anybody can sign in."""

import pytest

from ui.permissions import may


def test_without_a_setting_nobody_may_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZWK_EVERYONE_MAY", raising=False)
    assert not may("refresh")
    assert not may("own_data")


def test_what_is_listed_is_allowed_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZWK_EVERYONE_MAY", " refresh , refresh_all")
    assert may("refresh")
    assert not may("own_data")
    with pytest.raises(KeyError):
        may("refresh_all")

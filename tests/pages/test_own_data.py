"""The page Eigene Daten: who may upload sees the way to it, everybody else what is stored."""

from pathlib import Path

import pytest

from tests.app_pages import opened

PAGE = "pages/data/own_data.py"


@pytest.mark.parametrize("ags", ["05758012", "05758", "DG"])
def test_without_the_right_nobody_is_offered_an_upload(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch, ags: str
) -> None:
    monkeypatch.delenv("ZWK_ACCESS", raising=False)
    at = opened(PAGE, ags=ags)
    assert not at.get("file_uploader") and not at.get("download_button")
    assert "gespeichert" in " ".join(one.value for one in at.caption)


@pytest.mark.parametrize("lang", ["de", "en"])
def test_with_the_right_there_are_template_and_upload(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setenv("ZWK_ACCESS", "local")
    at = opened(PAGE, ags="05758012", lang=lang)
    assert len(at.get("file_uploader")) == 1 and len(at.get("download_button")) == 2
    assert at.title[0].value == ("Eigene Daten" if lang == "de" else "Own data")

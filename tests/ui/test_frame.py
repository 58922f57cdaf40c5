"""The frame where the figures cannot be opened."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.app_pages import ROOT


@pytest.mark.parametrize(("lang", "said"), [("de", "Die Zahlen stehen gerade nicht bereit."), ("en", "No figures")])
def test_without_figures_the_reader_is_told_so_and_sees_no_stack_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, said: str
) -> None:
    no_folder = tmp_path / "file"
    no_folder.write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("ZWK_DATA_DIR", str(no_folder))
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    at.query_params["lang"] = lang
    at.run()
    assert not at.exception
    assert [error.value[: len(said)] for error in at.error] == [said]

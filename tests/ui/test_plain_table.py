"""Short tables as plain HTML."""

from streamlit.testing.v1 import AppTest


def page() -> None:
    from ui.plain_table import plain_table

    plain_table(
        {"Was": ["5. Werkstatt", "<b>_x_</b>"], "Zahl": ["1.234", "–"], "Wann": ["", "2025"]}, {"Zahl"}, "Liste"
    )


def test_texts_stay_as_they_are_and_every_cell_knows_its_heading() -> None:
    html = AppTest.from_function(page).run().get("html")[0].proto.body
    assert '<td data-label="Was">5. Werkstatt</td>' in html
    assert "&lt;b&gt;_x_&lt;/b&gt;" in html
    assert '<td data-label="Zahl" class="zwk-number">1.234</td>' in html
    assert 'class="zwk-table zwk-many" aria-label="Liste"' in html

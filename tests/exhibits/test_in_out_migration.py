import pytest

from zwk_data.exhibits import Address, Context, make


@pytest.fixture
def context(statistics):
    return Context(statistics)


def shown(context, **parameters):
    return make(Address.of("in_out_migration", **parameters), context)


def test_arrivals_and_departures_are_the_published_ones(context):
    table = shown(context, ags="15001").table.set_index(["measure", "year"])["value"]
    # Regionaldatenbank 12711-01-03-4
    assert (table["in_migration", 2024], table["out_migration", 2024]) == (3149, 2681)


def test_a_secret_year_interrupts_the_line_and_is_named(context):
    exhibit = shown(context, ags="15001", sex="m")
    year = exhibit.table[exhibit.table["year"] == 2021]
    assert year["value"].isna().all()
    assert "secret" in {note.kind for note in exhibit.notes}
    segments = exhibit.table.dropna(subset=["value"]).groupby("measure")["segment"].nunique()
    assert (segments == 2).all()  # before the secret year and after it; a census is no break for counts


def test_without_tables_the_residual_is_named_residual(context):
    exhibit = shown(context, ags="13076121")
    assert "Restgröße" in exhibit.title
    assert "Restgröße" in exhibit.sentence
    assert exhibit.table["year"].tolist() == list(range(2014, 2022))
    assert "kein gemessener Saldo" in " ".join(note.text for note in exhibit.notes)


def test_moves_inside_a_district_are_named_for_districts_only(context):
    said = {ags: " ".join(note.text for note in shown(context, ags=ags).notes) for ags in ("12073", "15001")}
    assert "zwischen Gemeinden" in said["12073"]
    assert "zwischen Gemeinden" not in said["15001"]

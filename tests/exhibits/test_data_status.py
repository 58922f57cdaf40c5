"""The state of the figures by dataset."""

from copy import copy
from pathlib import Path

from zwk_data.catalog import sources
from zwk_data.exhibits import Address, Context, make
from zwk_data.warehouse import Statistics
from zwk_data.warehouse.registers import refused_downloads


def test_every_dataset_with_figures_has_its_line(statistics: Statistics) -> None:
    exhibit = make(Address.of("data_status"), Context(statistics))
    assert len(exhibit.table) == len(statistics.coverage())
    assert exhibit.sentence == (
        "Die neuesten Bevölkerungszahlen sind vom 31.12.2024 für Länder und Kreise und vom 31.12.2022 für Gemeinden."
    )
    assert not exhibit.table["ahead"].iloc[0]  # a projection is not the newest figure


def test_terms_name_what_was_changed_and_what_is_to_be_confirmed(statistics: Statistics) -> None:
    exhibit = make(Address.of("data_status", part="terms"), Context(statistics))
    assert len(exhibit.table) == len(sources())
    assert "Bevölkerung der Kreise 1992–2019" in exhibit.sentence
    assert (exhibit.table["confirmed"] == "Lizenz zu bestätigen").sum() == 1


def test_all_loads_are_listed(statistics: Statistics) -> None:
    exhibit = make(Address.of("data_status", part="loads"), Context(statistics))
    assert len(exhibit.table) == len(statistics.loads())
    assert "mitgelieferten Auszug" in exhibit.sentence


def test_a_refused_download_is_named_until_a_newer_one_is_taken_over(tmp_path: Path) -> None:
    folder = tmp_path / "loads" / "eurostat_demo_r_births"
    folder.mkdir(parents=True)
    (folder / "000002.refused").write_text("{}")
    (folder / "000002.reason.txt").write_text("Summen weichen ab", encoding="utf-8")
    assert refused_downloads(tmp_path) == {"eurostat_demo_r_births": "Summen weichen ab"}
    (folder / "000003.json").write_text("{}")
    assert refused_downloads(tmp_path) == {}


class Unread(Statistics):
    """The real figures, with an invented reason why the first load is no longer read."""

    def loads(self):
        found = super().loads()
        return found.assign(unread=["Synthetischer Grund", *[None] * (len(found) - 1)])


def test_why_a_load_is_no_longer_read_stands_beside_it(statistics: Statistics) -> None:
    address = Address.of("data_status", part="loads")
    assert "remark" not in make(address, Context(statistics)).table
    other = copy(statistics)
    other.__class__ = Unread
    made = make(address, Context(other))
    assert made.table["remark"].tolist()[:2] == ["Synthetischer Grund", ""]
    assert made.columns[-1].key == "remark"

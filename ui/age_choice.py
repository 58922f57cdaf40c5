"""Controls of age structure and movements: only years and spans that the shown place has figures for are offered."""

from collections.abc import Sequence

import streamlit as st

from ui import controls, parameters
from ui.data import statistics
from ui.view import View, view
from zwk_data.exhibits import Context
from zwk_data.exhibits.ages import GROUPED, SINGLE, with_ages
from zwk_data.exhibits.cohorts import with_spans
from zwk_data.exhibits.flows import migration_years, spans, with_flows
from zwk_data.warehouse import Place

NONE = "-"


@st.cache_data(max_entries=512, show_spinner=False)
def _years(ags: str, generation: int) -> dict[str, list[str]]:
    """Return what there is for a place: years by groups and by single ages, cohorts, who is shown."""
    context, place = Context(statistics()), statistics().places[ags]
    shown, found = with_ages(context, place)
    return {
        "groups": _texts(table.day.year for table in found if table.age_set in GROUPED),
        "single": _texts(table.day.year for table in found if table.age_set == SINGLE),
        "cohorts": _texts(with_spans(context, place)[1]),
        "shown": [shown.ags],
    }


@st.cache_data(max_entries=512, show_spinner=False)
def _flows(ags: str, generation: int) -> dict[str, list[str]]:
    context = Context(statistics())
    shown = with_flows(context, statistics().places[ags])
    return {
        "spans": [span.key for span in spans(context, shown)], "years": _texts(migration_years(context, shown)),
    }  # fmt: skip


def _texts(years: object) -> list[str]:
    return [str(year) for year in sorted(set(years))]  # type: ignore[call-overload]


def _runs(years: Sequence[str]) -> str:
    """Return years in few words: ``2015–2018, 2021``."""
    found: list[list[str]] = []
    for year in years:
        if found and int(year) == int(found[-1][-1]) + 1:
            found[-1] = [found[-1][0], year]
        else:
            found.append([year])
    return ", ".join("–".join(run) for run in found)


def _there(place: Place) -> dict[str, list[str]]:
    return _years(place.ags, statistics().generation.number)


def _settle(name: str, offered: Sequence[str]) -> None:
    """Put the nearest year that is offered in place of one that another page left behind."""
    wanted = parameters.read(name, str, "")[:4]
    if offered and wanted.isascii() and wanted.isdigit() and wanted not in offered:
        parameters.write(name, min(offered, key=lambda year: abs(int(year) - int(wanted))))


def year_and_ages() -> dict[str, str]:
    """Draw the slider over the years, and the choice of single ages where they exist; return parameters of exhibits."""
    now = view()
    there = _there(now.place)
    ages = "groups"
    if there["single"]:
        options = {
            "groups": now.text("Altersgruppen"),
            "single": now.text("Altersjahre ({years})", years=_runs(there["single"])),
        }
        ages = controls.segments("ages", now.text("Gliederung"), options, "groups")
    offered = there["single" if ages == "single" else "groups"]
    if not offered:
        return {}
    _settle("year", offered)
    year = controls.slider("year", now.text("Jahr (31. Dezember)"), offered, offered[-1])
    return {"year": year} | ({"ages": "single"} if ages == "single" else {})


def outline(ages: str = "groups") -> dict[str, str]:
    """Draw the choice of the outline: nobody, a place of the comparison, or another year of the same place."""
    now = view()
    there = _there(now.place)
    places = {p.ags: p.name for p in now.compared if _there(p)["shown"] != there["shown"] and _there(p)[ages]}
    years = {year: now.text("{year} (31. Dezember)", year=year) for year in there[ages]} if ages == "groups" else {}
    options = {NONE: now.text("kein Umriss"), **places, **years}
    default = "DG" if "DG" in places else next(iter(places), NONE)
    _outline_of_another_place(options)
    chosen = controls.select("outline", now.text("Umriss zum Vergleich"), options, default)
    if chosen == NONE:
        return {}
    return {"compare_year": chosen} if chosen in years else {"compare": chosen}


def _outline_of_another_place(options: dict[str, str]) -> None:
    """Forget an outline that the comparison no longer holds."""
    wanted = parameters.read("outline", str, "")
    if wanted and wanted not in options and wanted in statistics().places:
        parameters.forget("outline")


def cohort_start() -> dict[str, str]:
    """Draw the choice of the five years that cohorts are followed over."""
    now = view()
    offered = _there(now.place)["cohorts"]
    if not offered:
        return {}
    options = {year: f"{year} → {int(year) + 5}" for year in offered}
    return {"start": controls.segments("cohorts", now.text("Fünf Jahre"), options, offered[-1])}


def sex() -> dict[str, str]:
    """Draw the switch between everyone, women and men."""
    now = view()
    options = {"t": now.text("Alle"), "f": now.text("Frauen"), "m": now.text("Männer")}
    chosen = controls.segments("sex", now.text("Geschlecht"), options, "t")
    return {} if chosen == "t" else {"sex": chosen}


def counts_or_rates() -> dict[str, str]:
    """Draw the switch between counts and rates."""
    now = view()
    options = {"counts": now.text("Anzahl"), "rates": now.text("je 1.000")}
    chosen = controls.segments("measure", now.text("Maß"), options, "counts")
    return {} if chosen == "counts" else {"form": chosen}


def span() -> dict[str, str]:
    """Draw the choice of the years a balance is made over."""
    now = view()
    offered = _flows(now.place.ags, statistics().generation.number)["spans"]
    if not offered:
        return {}
    _forget_unless("span", offered)
    options = {key: _span_name(key, now) for key in reversed(offered)}
    return {"span": controls.select("span", now.text("Zeitraum der Bilanz"), options, offered[-1])}


def _span_name(key: str, now: View) -> str:
    first, last = key.split("-")
    return now.text("Jahr {year}", year=last) if int(last) - int(first) == 1 else now.text(
        "31.12.{first} bis 31.12.{last}", first=first, last=last)  # fmt: skip


def _forget_unless(name: str, offered: Sequence[str]) -> None:
    """Forget a value that the place chosen before had and this one has not."""
    kept = st.query_params.get(name)
    if kept is None and parameters.read(name, str, "") not in ("", *offered):
        parameters.forget(name)


def migration_year() -> dict[str, str]:
    """Draw the slider over the years of the migration table; nothing where the place has none."""
    now = view()
    offered = _flows(now.place.ags, statistics().generation.number)["years"]
    if not offered:
        return {}
    _settle("moves", offered)
    return {"year": controls.slider("moves", now.text("Jahr der Wanderung"), offered, offered[-1])}

"""Services and the people of the ages that need them: when their number leaves today's, or the places there are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from zwk_data import outlook
from zwk_data.catalog import services as declared
from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit, Marks, Note
from zwk_data.exhibits.outlook.common import (
    about,
    band_of,
    condition,
    counted,
    estimated,
    form,
    lines,
    names,
    net_parts,
    no_outlook,
    plain,
    ran,
    scenario,
    scenario_notes,
    span,
    started,
    titled,
    until,
    where,
)
from zwk_data.exhibits.registry import Context, choice, kind, place, year
from zwk_data.language import Language
from zwk_data.outlook import NoStart, Run, Start
from zwk_data.projection.ages import AgeRange, Array, count
from zwk_data.projection.scenario import Scenario
from zwk_data.warehouse.places import Place

SCHOOL_START = "school_start"  # children who turn six in the year: aged six at its end
SIX = AgeRange(6, 6)
SHOWN = (2030, 2035, 2040)
CAPACITY = re.compile(r"(.+?)_([0-9]{1,7})(?:_(20[0-9]{2}))?")
MOST = 40


@dataclass(frozen=True)
class Places:
    """Places of a service that somebody entered; ``until``: the last year they are secured for, None without end."""

    service: str
    number: int
    until: int | None = None

    def __str__(self) -> str:
        return f"{self.service}_{self.number}" + (f"_{self.until}" if self.until is not None else "")


@dataclass(frozen=True)
class Need:
    """People of the ages of a service, by year from the start on: value, ends of the band, entered places."""

    id: str
    label: str
    ages: AgeRange
    years: tuple[int, ...]
    value: Array
    low: Array
    high: Array
    places: Array
    entered: bool

    def at(self, year: int) -> int:
        """Return the position of a year."""
        return self.years.index(year)


def known(language: Language) -> dict[str, tuple[str, AgeRange, bool]]:
    """Return every service in the order of age: label, ages, and whether it has places."""
    found = {one.id: (one.label(language.code), AgeRange(one.age_from, one.age_to), one.capacity)
             for one in declared().values()}  # fmt: skip
    first = (language.text("Einschulung (6 Jahre am Jahresende)"), SIX, True)
    both = {**found, SCHOOL_START: first}
    return dict(sorted(both.items(), key=lambda pair: (pair[1][1].first, pair[1][1].last or 999)))


def services(value: str, context: Context) -> tuple[str, ...]:
    """Read ids of services, joined by commas."""
    wanted, there = tuple(dict.fromkeys(part for part in value.split(",") if part)), known(context.language)
    unknown = [part for part in wanted if part not in there]
    if unknown or not wanted:
        raise AddressError(context.language.text("Die Einrichtung »{id}« gibt es nicht.", id="".join(unknown[:1])[:40]))
    return wanted


def capacities(value: str, context: Context) -> tuple[Places, ...]:
    """Read places: ``primary_1200,daycare_900_2030`` (secured until 2030); one service may stand several times."""
    text, there = context.language.text, known(context.language)
    parts = [part for part in value.split(",") if part]
    if len(parts) > MOST:
        raise AddressError(text("Es sind höchstens {most} Angaben zu Plätzen möglich.", most=MOST))
    found = []
    for part in parts:
        matched = CAPACITY.fullmatch(part)
        if matched is None or not there.get(matched[1], ("", SIX, False))[2]:
            raise AddressError(text("»{value}« ist keine Angabe wie primary_1200.", value=part[:40]))
        found.append(Places(matched[1], int(matched[2]), int(matched[3]) if matched[3] else None))
    return tuple(found)


@kind(
    required={"ags": place, "scenario": scenario},
    optional={"services": services, "capacities": capacities, "until": until, "year": year, "form": form,
              "look": choice("table", "lines")},
)  # fmt: skip
def outlook_services(
    context: Context, *, ags: Place, scenario: Scenario, services: tuple[str, ...] = (),
    capacities: tuple[Places, ...] = (), until: int = outlook.UNTIL, year: int = SHOWN[0], form: str = "",
    look: str = "table",
) -> Exhibit:  # fmt: skip
    """Show how many people of the ages of each service there are, and until when the entered places are enough.

    Args:
        context: data and language.
        ags: the place.
        scenario: what is assumed.
        services: ids; all where none is given.
        capacities: places that somebody entered; without them today's number is what is compared with.
        until: last year.
        year: the one the sentence speaks of.
        form: how a town is run.
        look: ``lines``: every service over time, as an index of today's number.

    Raises:
        AddressError: the year does not lie between the start and the end.
    """
    text, language = context.language.text, context.language
    address = Address.of("outlook_services", ags=ags.ags, scenario=str(scenario), services=services, form=form,
                         capacities=capacities, until=until if until != outlook.UNTIL else "",
                         year=year if year != SHOWN[0] else "", look=look if look != "table" else "")  # fmt: skip
    start, title = started(context, ags, form), text("Einrichtungen und die Menschen, die sie brauchen")
    if isinstance(start, NoStart):
        return no_outlook(context, address, start, title)
    if not start.year < year <= until:
        raise AddressError(text("Gerechnet ist von {first} bis {last}.", first=start.year + 1, last=until))
    run = ran(context, start, scenario, until)
    found = needs(context, run, services, capacities)
    table = _index(found) if look == "lines" else _table(found, language)
    return Exhibit(
        address=address,
        title=titled(_title(found, year, language), start, language),
        subtitle=_subtitle(language, run, look),
        sentence=_sentence(context, run, found, year),
        alt=text("{what}: {services}, {place}, {first} bis {last}.", place=start.place.name, first=start.year,
                 what=text("Liniendiagramme") if look == "lines" else text("Tabelle"), last=until,
                 services=", ".join(need.label for need in found)),
        table=table,
        columns=_index_columns(language) if look == "lines" else _columns(start, found, language),
        marks=_index_marks(found) if look == "lines" else _marks(table, found),
        sources=lines(context, start),
        notes=(*scenario_notes(context, start, band=True), *_notes(found, language)),
    )  # fmt: skip


def needs(context: Context, run: Run, wanted: Sequence[str], entered: Sequence[Places]) -> list[Need]:
    """Return the people of the ages of each service, with the band, and the places by year."""
    there = known(context.language)
    chosen = {name: there[name] for name in there if name in wanted or not wanted}
    edges = band_of(context, run.start, run.scenario, [ages for _, ages, _ in chosen.values()])
    low, high = (edge[: len(run.years)] for edge in edges)
    return [
        Need(name, label, ages, run.years, count(run.population, ages), low[:, number], high[:, number],
             _places(name, entered, run.years), any(one.service == name for one in entered))
        for number, (name, (label, ages, _)) in enumerate(chosen.items())
    ]  # fmt: skip


def _places(service: str, entered: Sequence[Places], years: Sequence[int]) -> Array:
    """Return the secured places of each year."""
    own = [one for one in entered if one.service == service]
    return np.array([sum(one.number for one in own if one.until is None or year <= one.until) for year in years], float)


# Years


def enough_until(value: Array, places: Array, years: Sequence[int]) -> int | None:
    """Return the last year before the places are first too few; None where they are enough to the end.

    The year before the start where they are too few from the beginning.
    """
    short = np.flatnonzero(value > places)
    return None if not len(short) else years[int(short[0])] - 1


def enough_from(value: Array, places: Array, years: Sequence[int]) -> int | None:
    """Return the first year from which the places are enough to the end; None where they are not at the end."""
    short = np.flatnonzero(value > places)
    last = int(short[-1]) + 1 if len(short) else 0
    return None if last >= len(years) else years[last]


def told(need: Need) -> list[tuple[int, int, bool]]:
    """Return the spans of years in which the band does not hold today's number: first, last, whether more."""
    now = need.value[0]
    found: list[tuple[int, int, bool]] = []
    for position in range(1, len(need.years)):
        more, fewer = need.low[position] > now, need.high[position] < now
        if not (more or fewer):
            continue
        year = need.years[position]
        if found and found[-1][1] == year - 1 and found[-1][2] == bool(more):
            found[-1] = (found[-1][0], year, bool(more))
        else:
            found.append((year, year, bool(more)))
    return found


def finding(need: Need, language: Language) -> str:
    """Say in a cell until when the places are enough or, without any, when the number is another than today."""
    if need.entered:
        return _reach(need, language)
    text, said = language.text, []
    for first, last, more in told(need):
        word = text("mehr") if more else text("weniger")
        if last == need.years[-1]:
            said.append(text("ab {year} {word}", year=first, word=word))
        elif first == last:
            said.append(text("{year} {word}", year=first, word=word))
        else:
            said.append(text("{first}–{last} {word}", first=first, last=last, word=word))
    return "; ".join(said) or text("nicht zu unterscheiden")


def _reach(need: Need, language: Language) -> str:
    text, places = language.text, need.places
    if need.value[0] > places[0]:
        first = enough_from(need.value, places, need.years)
        said = text("schon heute zu wenige")
        return said if first is None else text("{said}, genügen ab {year}", said=said, year=first)
    last = enough_until(need.value, places, need.years)
    said = text("genügen bis {year}", year=last) if last else text("genügen bis nach {year}", year=need.years[-1])
    return text("{said} (Bereich: {range})", said=said, range=_range(need, language))


def _range(need: Need, language: Language) -> str:
    """Return the years until which the places are enough at both ends of the band."""
    text, places = language.text, need.places
    early, late = (enough_until(edge, places, need.years) for edge in (need.high, need.low))
    if early is None:
        return text("durchweg nach {year}", year=need.years[-1])
    if early == late:
        return str(early)
    if late is None:
        return text("{early} bis nach {late}", early=early, late=need.years[-1])
    return text("{early} bis {late}", early=early, late=late)


# Table and chart


def _table(found: Sequence[Need], language: Language) -> pd.DataFrame:
    rows = []
    for need in found:
        top = int(need.value.argmax())
        shown = {f"y{year}": float(need.value[need.at(year)]) for year in SHOWN if year in need.years[1:]}
        rows.append({
            "ags": need.id, "place": need.label, "places": float(need.places[0]) if need.entered else None,
            "now": float(need.value[0]), **shown, "finding": finding(need, language),
            "peak": language.text("{year}: {number}", year=need.years[top], number=plain(need.value[top], language)),
        })  # fmt: skip
    return pd.DataFrame(rows).astype({"places": float})


def _columns(start: Start, found: Sequence[Need], language: Language) -> tuple[Column, ...]:
    text, years, unit = language.text, found[0].years, estimated(start, language)
    entered = any(need.entered for need in found)
    return (
        Column("place", text("Einrichtung")), *([Column("places", text("Plätze heute"), "", 0)] if entered else []),
        Column("now", text("Ende {year}", year=years[0]), unit, 0),
        *(Column(f"y{year}", str(year), unit, 0) for year in SHOWN if year in years[1:]),
        Column("finding", text("Befund") if entered else text("gegenüber heute")),
        Column("peak", text("höchste Zahl")),
    )  # fmt: skip


def _marks(table: pd.DataFrame, found: Sequence[Need]) -> Marks:
    """Return bars behind the numbers: those of one service share a length scale."""
    columns = [name for name in table.columns if name == "now" or re.fullmatch(r"y\d{4}", name)]
    rows = table.to_dict("records")
    bars = {
        column: {row["ags"]: [0.0, round(100 * row[column] / (max(row[name] for name in columns) or 1.0), 1)]
                 for row in rows}
        for column in columns
    }  # fmt: skip
    return Marks("table", focus=found[0].label if len(found) == 1 else "",
                 options={"bars": bars, "kreis": {}, "grey": {}})  # fmt: skip


def _index(found: Sequence[Need]) -> pd.DataFrame:
    parts = [
        pd.DataFrame({"series": need.label, "year": need.years, "value": need.value, "low": need.low,
                      "high": need.high, "index": 100 * need.value / need.value[0]})
        for need in found if need.value[0] > 0
    ]  # fmt: skip
    table = pd.concat(parts, ignore_index=True)
    return table.assign(reference_date=pd.to_datetime(table["year"].astype(str) + "-12-31"), basis="projection")


def _index_columns(language: Language) -> tuple[Column, ...]:
    text = language.text
    return (
        Column("series", text("Einrichtung")), Column("reference_date", text("Stichtag")),
        Column("index", text("Index"), "", 0), Column("value", text("Menschen"), "", 0),
        Column("low", text("80-%-Bereich von"), "", 0), Column("high", text("80-%-Bereich bis"), "", 0),
    )  # fmt: skip


def _index_marks(found: Sequence[Need]) -> Marks:
    return Marks("multiples", x="reference_date", y="index", series="series", focus=found[0].label, dash="basis")


# Words


def _title(found: Sequence[Need], year: int, language: Language) -> str:
    text = language.text
    if len(found) > 1:
        return text("Einrichtungen und die Menschen, die sie brauchen")
    if found[0].id == SCHOOL_START:
        return text("Kinder im Alter der Einschulung {year}", year=year)
    return found[0].label


def _subtitle(language: Language, run: Run, look: str) -> str:
    values = {"where": where(run.start, language), "name": names([run.scenario], language)[0], "year": run.start.year}
    if look == "lines":
        return language.text("Menschen im Alter der Einrichtung {where}, Szenario »{name}«; {year} = 100", **values)
    return language.text("Menschen im Alter der Einrichtung am 31. Dezember {where}, Szenario »{name}«", **values)


def _sentence(context: Context, run: Run, found: Sequence[Need], year: int) -> str:
    """Say until when entered places are enough, else how many people one service has, else who grows and shrinks."""
    if any(need.entered for need in found):
        return _places_sentence(context.language, run, found)
    if len(found) == 1:
        return _one_sentence(context.language, run, found[0], year)
    return _many_sentence(context.language, run, found, year)


def _one_sentence(language: Language, run: Run, need: Need, year: int) -> str:
    """Say number, range and how many of them live here today."""
    text, at = language.text, need.at(year)
    value, now = float(need.value[at]), float(need.value[0])
    values = {
        "if": condition(run.scenario, language), "year": year, "where": where(run.start, language),
        "number": about(value, language), "range": span(need.low[at], need.high[at], language), "start": run.start.year,
        "now": about(now, language), "label": need.label,
    }  # fmt: skip
    if need.id == SCHOOL_START:
        said = text("{if} gibt es {year} {where} {number} Kinder im Alter der Einschulung (6 Jahre am Jahresende; in "
                    "80 von 100 Verläufen {range}); Ende {start} sind es {now}.", **values)  # fmt: skip
    else:
        said = text("{if} gibt es {year} {where} {number} Menschen im Alter von »{label}« (in 80 von 100 Verläufen "
                    "{range}); Ende {start} sind es {now}.", **values)  # fmt: skip
    return f"{said} {_here(language, run, need, at)}"


def _here(language: Language, run: Run, need: Need, at: int) -> str:
    """Say how many of the people of a year live here already."""
    text = language.text
    here = float(count(net_parts(run).residents[at], need.ages))
    share = 100 * here / max(float(need.value[at]), 1e-9)
    if need.ages.last is not None and need.ages.last < at:
        return text("Von ihnen ist Ende {start} noch niemand geboren.", start=run.start.year)
    return text("{share} von ihnen leben heute schon hier.", share=language.percent(share, 0))


def _many_sentence(language: Language, run: Run, found: Sequence[Need], year: int) -> str:
    """Name the services whose number changes most by a year, of those whose change can be told."""
    text = language.text
    changes: dict[str, float] = {}
    for need in found:
        at, now = need.at(year), need.value[0]
        if now and not need.low[at] <= now <= need.high[at]:
            changes[need.label] = 100 * float(need.value[at] / now - 1)
    values = {"if": condition(run.scenario, language), "year": year, "where": where(run.start, language),
              "start": run.start.year}  # fmt: skip
    if not changes:
        return text("{if} ist {year} {where} bei keiner Einrichtung die Zahl der Menschen im passenden Alter von heute "
                    "zu unterscheiden.", **values)  # fmt: skip
    ordered = sorted(changes, key=lambda label: -abs(changes[label]))
    said = [f"{label} {language.percent(changes[label], 0, sign=True)}" for label in ordered[:3]]
    more = len(found) - len(changes)
    first = text("{if} ändert sich bis {year} {where} die Zahl der Menschen im passenden Alter gegenüber Ende {start} "
                 "am stärksten bei: {list}.", list="; ".join(said), **values)  # fmt: skip
    return first if not more else first + " " + text(
        "Bei {count} von {all} ist sie von heute nicht zu unterscheiden.", count=more, all=len(found))  # fmt: skip


def _places_sentence(language: Language, run: Run, found: Sequence[Need]) -> str:
    """Say how long the places of the service last that run out first, and how many others last."""
    text = language.text
    entered = [need for need in found if need.entered]
    ends = {need.id: _last(need) for need in entered}
    first = min(entered, key=lambda need: (ends[need.id] or 9999, need.ages.first))
    values = {
        "if": condition(run.scenario, language), "where": where(run.start, language), "label": first.label,
        "places": language.number(first.places[0]), "year": ends[first.id], "last": run.years[-1],
        "range": _range(first, language), "start": run.start.year, "now": counted(first.value[0], run.start, language),
    }  # fmt: skip
    if first.value[0] > first.places[0]:
        said = text("{label} {where}: Schon Ende {start} sind es {now} Menschen im passenden Alter und {places} "
                    "Plätze.", **values) + _later(first, run, language)  # fmt: skip
    elif ends[first.id] is None:
        said = text("{if} genügen {places} Plätze für »{label}« {where} nach dieser Rechnung bis nach {last}; im "
                    "Bereich {range}.", **values)  # fmt: skip
    else:
        said = text("{if} genügen {places} Plätze für »{label}« {where} nach dieser Rechnung bis {year}; im Bereich "
                    "{range}.", **values) + _why(first, int(ends[first.id] or 0), language)  # fmt: skip
    others = len(entered) - 1
    lasting = sum(ends[need.id] is None for need in entered if need is not first)
    if not others:
        return said
    if others == lasting == 1:
        return said + " " + text("Bei der anderen Einrichtung genügen die Plätze bis nach {last}.", **values)
    if not lasting:
        return said + " " + text("Bei keiner anderen Einrichtung genügen die Plätze bis nach {last}.", **values)
    return said + " " + text("Bei {lasting} von {count} weiteren Einrichtungen genügen die Plätze bis nach {last}.",
                             count=others, lasting=lasting, **values)  # fmt: skip


def _last(need: Need) -> int | None:
    return enough_until(need.value, need.places, need.years)


def _later(need: Need, run: Run, language: Language) -> str:
    """Say from when places that are too few today are enough to the end, where that comes."""
    year = enough_from(need.value, need.places, need.years)
    values = {"if": condition(run.scenario, language), "year": year, "last": run.years[-1]}
    if year is None:
        return " " + language.text("{if} bleiben es bis {last} zu wenige.", **values)
    return " " + language.text("{if} genügen sie ab {year}.", **values)


def _why(need: Need, last: int, language: Language) -> str:
    """Say so where it is not more people but the end of secured places that makes them too few."""
    at = need.at(last + 1)
    if need.places[at] < need.places[0] and need.value[at] <= need.places[0]:
        return " " + language.text("Danach sind nur noch {number} Plätze gesichert.",
                                   number=language.number(need.places[at]))  # fmt: skip
    return ""


def _notes(found: Sequence[Need], language: Language) -> tuple[Note, ...]:
    text = language.text
    notes = [Note("method", text("Gezählt sind alle Menschen des Alters, nicht nur die, die einen Platz nutzen."))]
    if any(need.entered for need in found):
        notes.append(Note("method", text("Die Plätze sind eingegeben, nicht amtlich.")))
    if any(need.id == SCHOOL_START for need in found):
        notes.append(Note("method", text(
            "Einschulung: Kinder, die im Lauf des Jahres sechs Jahre alt sind; der Stichtag des Landes, frühere und "
            "spätere Einschulung bleiben außer Acht.")))  # fmt: skip
    return tuple(notes)


__all__ = ["Need", "Places", "enough_from", "enough_until", "known", "needs", "outlook_services", "told"]

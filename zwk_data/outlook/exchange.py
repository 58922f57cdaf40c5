"""A scenario as a file: JSON with everything that is assumed, also in words, and the loads it was made with.

Exported, imported and exported again it is the same to the byte. An import takes nothing on trust: what does not fit is
named, in the reader's language, all of it at once.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from zwk_data.catalog import levers
from zwk_data.language import GERMAN, Language
from zwk_data.outlook.saved import Content
from zwk_data.outlook.starts import LEVELS
from zwk_data.projection.scenario import Scenario, ScenarioError
from zwk_data.warehouse import Statistics, UnknownPlace

FORMAT, VERSION = "zwk-scenario", 1
FIELDS = ("format", "version", "name", "scenario", "author", "remark", "place", "form", "start_day", "data",
          "assumptions")  # fmt: skip
LARGEST = 64 * 1024  # bytes
LONGEST_ID = 200  # of a dataset and of a load
SHOWN = 60  # signs of a wrong value


class NotImported(ValueError):
    """The file is not taken over; ``problems`` says why, one sentence each in the reader's language."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems))


@dataclass(frozen=True)
class Imported:
    """A scenario read from a file. ``other_loads``: datasets that have other loads here, so that numbers may differ."""

    content: Content
    other_loads: tuple[str, ...]


def export(data: Statistics, content: Content) -> bytes:
    """Return a scenario as JSON in UTF-8; the same scenario gives the same bytes."""
    place = data.places[content.ags]
    told = {
        "format": FORMAT, "version": VERSION, "name": content.name, "scenario": str(content.scenario),
        "author": content.author, "remark": content.remark, "place": {"ags": place.ags, "name": place.name_official},
        "form": content.form, "start_day": content.start_day.isoformat(),
        "data": [{"dataset": dataset, "load": load} for dataset, load in content.vintage],
        "assumptions": assumptions(content.scenario),
    }  # fmt: skip
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def assumptions(scenario: Scenario) -> list[dict[str, Any]]:
    """Return the preset and every change with its German label, its numbers by name, and what it means."""
    told: list[dict[str, Any]] = [{"preset": scenario.preset}]
    for change in scenario.changes:
        lever = levers()[change.lever]
        values = {part.id or "value": number for part, number in zip(lever.parts, change.values, strict=False)}
        told.append({"lever": lever.id, "label": lever.label_de, "values": values, "meaning": lever.explanation_de})
    return told


def read(data: Statistics, file: bytes, language: Language = GERMAN) -> Imported:
    """Read an exported scenario.

    Args:
        data: the figures it shall run on.
        file: what was exported.
        language: of the reader.

    Raises:
        NotImported: something does not fit; all of it is named.
    """
    told = _document(file, language)
    reader = _Reader(data, told, language)
    content = reader.content()
    if content is None:
        raise NotImported(reader.problems)
    loads = {str(load["dataset"]): str(load["load_id"]) for load in data.newest_loads}
    other = tuple(dataset for dataset, load in content.vintage if loads.get(dataset, "") != load)
    return Imported(content, other)


def _document(file: bytes, language: Language) -> Mapping[str, Any]:
    """Return the JSON object of a file of this format and version."""
    text = language.text
    if len(file) > LARGEST:
        raise NotImported([text("Die Datei ist größer als {size} kB.", size=LARGEST // 1024)])
    try:
        told = json.loads(file.decode("utf-8-sig"), parse_constant=_refused)
        json.dumps(told, ensure_ascii=False).encode()  # half a character in a text can neither be shown nor kept
    except (ValueError, RecursionError) as error:
        raise NotImported([text("Die Datei ist kein lesbares JSON.")]) from error
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise NotImported([text("Die Datei ist kein exportiertes Szenario.")])
    if told.get("version") != VERSION:
        found = str(told.get("version"))[:SHOWN]
        raise NotImported([text("Die Datei hat die Fassung {found}, gelesen wird die Fassung {known}.", found=found,
                                known=VERSION)])  # fmt: skip
    return told


def _refused(name: str) -> float:
    raise ValueError(name)


class _Reader:
    """Reads the fields of a document one by one and collects what does not fit."""

    def __init__(self, data: Statistics, told: Mapping[str, Any], language: Language) -> None:
        self.data, self.told, self.text = data, told, language.text
        self.problems: list[str] = []

    def content(self) -> Content | None:
        """Return what the document says; None where anything does not fit."""
        self._fields()
        scenario, ags = self._scenario(), self._place()
        day, vintage = self._day(), self._vintage()
        texts = {name: self._string(name) for name in ("author", "remark", "form")}
        if self.problems or scenario is None or day is None:
            return None
        found = Content(scenario, texts["author"], ags, day, vintage, texts["form"], texts["remark"])
        self.problems += [self._unfit(field) for field in found.missing()]
        return None if self.problems else found

    def _unfit(self, field: str) -> str:
        return self.text("Das Feld »{field}« ist leer, zu lang oder hat einen Wert, den es nicht gibt.", field=field)

    def _fields(self) -> None:
        for name in FIELDS:
            if name not in self.told:
                self.problems.append(self.text("Das Feld »{field}« fehlt.", field=name))
        for name in self.told:
            if name not in FIELDS:
                self.problems.append(self.text("Das Feld »{field}« ist unbekannt.", field=str(name)[:SHOWN]))

    def _string(self, name: str) -> str:
        value = self.told.get(name, "")
        if not isinstance(value, str):
            self.problems.append(self._unfit(name))
            return ""
        return value

    def _checked(self, name: str, read: Callable[[Any], Any]) -> Any:
        """Return what a function makes of a field; None, and a problem, where it cannot."""
        try:
            return read(self.told[name]) if name in self.told else None
        except (ValueError, KeyError, TypeError, AttributeError):
            value = json.dumps(self.told[name], ensure_ascii=False)[:SHOWN]
            self.problems.append(self.text("Das Feld »{field}« ist nicht lesbar: {value}", field=name, value=value))
            return None

    def _scenario(self) -> Scenario | None:
        text = self._string("scenario")
        if not isinstance(self.told.get("scenario"), str):
            return None
        try:
            scenario = Scenario.parse(text)
        except ScenarioError as error:
            self.problems.append(self._refusal(error))
            return None
        if self.told.get("name") != scenario.name:
            self.problems.append(self.text("Der Name im Feld »name« ist nicht der des Szenarios."))
        if "assumptions" in self.told and _bare(self.told["assumptions"]) != _bare(assumptions(scenario)):
            self.problems.append(self.text("Die Annahmen im Feld »assumptions« sind nicht die des Szenarios."))
        return scenario

    def _refusal(self, error: ScenarioError) -> str:
        lever = levers()[error.lever].label_de if error.lever in levers() else error.lever
        limits = f" ({error.low:g} … {error.high:g})" if error.code == "range" else ""
        return self.text("Das Szenario passt nicht: {what}", what=f"{lever} »{error.value}«{limits}".strip())

    def _place(self) -> str:
        ags = self._checked("place", lambda place: str(place["ags"]))
        try:
            place = self.data.places.resolve(ags) if ags is not None else None
            if place and place.level not in LEVELS:
                self.problems.append(self.text("Für {place} wird nicht gerechnet, nur für Kreise und Gemeinden.",
                                               place=place.name))  # fmt: skip
            return place.ags if place else ""
        except UnknownPlace:
            self.problems.append(self.text("Den Ort mit dem Schlüssel »{ags}« gibt es hier nicht.", ags=ags[:SHOWN]))
            return ""

    def _day(self) -> date | None:
        day: date | None = self._checked("start_day", date.fromisoformat)
        return day

    def _vintage(self) -> tuple[tuple[str, str], ...]:
        def read(rows: Any) -> tuple[tuple[str, str], ...]:
            return tuple((_text(row["dataset"]), _text(row["load"])) for row in rows)

        return self._checked("data", read) or ()


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_ID or not value.isprintable():
        raise TypeError(value)
    return value


def _bare(told: Any) -> Any:
    """Return assumptions without their words, which may change from version to version."""
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        return None
    return [(one.get("preset"), one.get("lever"), one.get("values")) for one in told]

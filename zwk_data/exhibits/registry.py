"""Kinds of exhibits by name, and the strict reading of their addresses.

A kind is a function ``(context, **parameters) -> Exhibit`` registered with a reader for each parameter. Whatever
comes in through an address is text from outside: unknown kinds, unknown parameters and values that do not fit end in
an ``AddressError`` in the reader's language.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from zwk_data.catalog import Indicator, indicators
from zwk_data.exhibits.exhibit import Address, AddressError, Exhibit, Note
from zwk_data.language import GERMAN, Language
from zwk_data.plan.examples import load_example
from zwk_data.plan.model import Plan
from zwk_data.warehouse.asof import NoSuchState, checked
from zwk_data.warehouse.places import Place, Places, UnknownPlace
from zwk_data.warehouse.queries import Statistics

MAXIMUM_PLACES = 10


def example_plan(ags: str) -> Plan | None:
    """Return the example plan of a place, None where there is none."""
    return load_example(ags, indicators())


@dataclass(frozen=True)
class Context:
    """What every kind is given: the data of one generation, the reader's language, and the plans the reader may see.

    ``plans`` returns the plan of a municipality by its canonical key, None where there is none for this reader.
    """

    data: Statistics
    language: Language = GERMAN
    plans: Callable[[str], Plan | None] = example_plan


Reader = Callable[[str, Context], object]


@dataclass(frozen=True)
class Kind:
    """A registered kind: its function, the readers of its parameters, which must be there, whether it reads plans."""

    name: str
    function: Callable[..., Exhibit]
    readers: Mapping[str, Reader]
    required: frozenset[str]
    of_plan: bool = False


KINDS: dict[str, Kind] = {}


def kind(
    required: Mapping[str, Reader], optional: Mapping[str, Reader] | None = None, *, of_plan: bool = False
) -> Callable[..., Callable[..., Exhibit]]:
    """Register a function as the kind of its own name; ``of_plan``: it reads ``Context.plans``."""

    def register(function: Callable[..., Exhibit]) -> Callable[..., Exhibit]:
        name = function.__name__
        KINDS[name] = Kind(name, function, {**required, **(optional or {})}, frozenset(required), of_plan)
        return function

    return register


def make(address: Address, context: Context) -> Exhibit:
    """Make the exhibit of an address.

    Raises:
        AddressError: the address does not fit; the message names the parameter and what would.
    """
    text = context.language.text
    address = _without_state(address, context)
    found = KINDS.get(address.kind)
    if found is None:
        raise AddressError(text("Die Darstellung »{kind}« gibt es nicht.", kind=address.kind[:40]))
    given = dict(address.parameters)
    if unknown := sorted(set(given) - set(found.readers)):
        raise AddressError(text("Die Angabe »{name}« ist hier nicht bekannt.", name=unknown[0][:40]))
    if missing := sorted(found.required - set(given)):
        raise AddressError(text("Es fehlt die Angabe »{name}«.", name=missing[0]))
    made = found.function(context, **{name: found.readers[name](value, context) for name, value in given.items()})
    return _dated(_own(made, context), context.data.as_of, context.language)


def _without_state(address: Address, context: Context) -> Address:
    """Take the state of the data out of an address; the open figures must be those of that day."""
    if address.as_of is None:
        return address
    day = as_of(address.as_of, context)
    if context.data.as_of != day:
        raise AddressError(context.language.text(
            "Der Datenstand vom {date} ist hier nicht geöffnet.", date=context.language.date(day)))  # fmt: skip
    return address.at(None)


def _own(made: Exhibit, context: Context) -> Exhibit:
    """Say on every exhibit with figures of a town itself that they are not official."""
    if not any(line.dataset in context.data.own_sources for line in made.sources):
        return made
    text = context.language.text
    badge = Note("own_data", text("Eigene Angaben der Kommune, nicht amtlich"))
    said = Note("method", text(
        "Ein Melderegister zählt anders als die amtliche Statistik: Beide werden nicht miteinander verrechnet und "
        "nicht in eine Rangfolge gebracht."))  # fmt: skip
    return replace(made, notes=(*made.notes, badge, said))


def _dated(made: Exhibit, day: date | None, language: Language) -> Exhibit:
    """Write the state of the data into address and notes; nothing is said of the newest figures."""
    if day is None:
        return made
    note = Note("as_of", language.text(
        "Datenstand vom {date}: Was später veröffentlicht oder berichtigt wurde, ist nicht enthalten.",
        date=language.date(day)))  # fmt: skip
    return replace(made, address=made.address.at(day), notes=(*made.notes, note))


def as_of(value: str, context: Context) -> date:
    """Read the day of a state: one on or after that of the first figures, and none that lies ahead."""
    text, day = context.language.text, parsed_day(value)
    if day is None:
        raise AddressError(text("»{value}« ist kein Datum.", value=value[:40]))
    try:
        return checked(context.data, day)
    except NoSuchState as error:
        say = context.language.date
        raise AddressError(text(
            "Zum {date} gibt es keinen Datenstand. Möglich ist ein Tag vom {first} bis zum {last}.",
            date=say(day), first=say(error.first), last=say(error.last))) from None  # fmt: skip


def parsed_day(value: str) -> date | None:
    """Return the day of a text of the form 2026-11-22, None where it is another."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if day.isoformat() == value else None


def known_place(value: str, places: Places, language: Language) -> Place:
    """Return the place of a key; the refusal of an unknown one names the nearest in the reader's language."""
    try:
        return places.resolve(value)
    except UnknownPlace as error:
        message = language.text("Einen Ort mit dem Schlüssel »{key}« gibt es nicht.", key=value[:40])
        if error.nearest:
            names = ", ".join(f"{other.name} ({other.ags})" for other in error.nearest[:3])
            message += " " + language.text("Meinten Sie: {names}?", names=names)
        raise AddressError(message) from None


def place(value: str, context: Context) -> Place:
    """Read the key of one place."""
    return known_place(value, context.data.places, context.language)


def places(value: str, context: Context) -> tuple[Place, ...]:
    """Read one to ten keys, joined by commas; a key that stands twice counts once."""
    found = tuple(dict.fromkeys(place(part, context) for part in value.split(",") if part.strip()))
    if not 1 <= len(found) <= MAXIMUM_PLACES:
        raise AddressError(context.language.text("Bitte wählen Sie einen bis zehn Orte."))
    return found


def indicator(value: str, context: Context) -> Indicator:
    """Read the id of one indicator that the figures can give."""
    found = indicators().get(value)
    if found is None or not is_offered(found, context.data):
        raise AddressError(context.language.text("Den Indikator »{id}« gibt es nicht.", id=value[:40]))
    return found


def is_offered(entry: Indicator, data: Statistics) -> bool:
    """Tell whether the figures give an indicator; one that only exists as published, whether a load has brought it."""
    if entry.kind != "given":
        return entry.available
    return entry.id in data.with_values


def indicator_list(value: str, context: Context) -> tuple[Indicator, ...]:
    """Read one to twelve ids of indicators, joined by commas."""
    found = tuple(dict.fromkeys(indicator(part, context) for part in value.split(",") if part))
    if not 1 <= len(found) <= 12:
        raise AddressError(context.language.text("Bitte wählen Sie einen bis zwölf Indikatoren."))
    return found


def year(value: str, context: Context) -> int:
    """Read a year of four digits."""
    if not (len(value) == 4 and value.isascii() and value.isdigit() and 1950 <= int(value) <= 2100):
        raise AddressError(context.language.text("»{value}« ist kein Jahr.", value=value[:40]))
    return int(value)


def choice(*words: str) -> Reader:
    """Return a reader that accepts one of some words."""

    def read(value: str, context: Context) -> str:
        if value not in words:
            raise AddressError(
                context.language.text(
                    "»{value}« ist hier nicht möglich, nur: {words}.", value=value[:40], words=", ".join(words)
                )
            )
        return value

    return read

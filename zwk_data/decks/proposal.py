"""A deck of ten slides for a place and a question, proposed: title, agenda, five exhibits, group work, closing.

What is proposed fits the place: an exhibit the figures or the plan cannot give makes way for the next one. A town
without ages of its own is shown with the figures of its Kreis, which the exhibit says.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from zwk_data.catalog import indicators
from zwk_data.decks.model import Deck, Slide
from zwk_data.exhibits import Address, AddressError, Context, Exhibit, make
from zwk_data.exhibits.map_scope import day_token, map_dates
from zwk_data.exhibits.registry import known_place
from zwk_data.language import Language
from zwk_data.warehouse.places import Place

EXHIBITS = 5
DAY = "{day}"  # of a map: the newest day there is a map of


@dataclass(frozen=True)
class Question:
    """A question a workshop is about: what it asks, what to show (best first), what groups should talk about."""

    id: str
    title: str
    addresses: tuple[str, ...]
    tasks: tuple[str, ...]


def questions(language: Language) -> tuple[Question, ...]:
    """Return the questions a deck can be proposed for. In addresses ``{ags}`` stands for the place."""
    return (_development(language), _movements(language), _children(language), _older(language), _plan(language))


def propose(question: str, ags: str, context: Context, *, day: date | None = None) -> Deck:
    """Propose a deck.

    Args:
        question: the id of a question, or its text.
        ags: key of the place.
        context: the data, the plans the reader may see, and the reader's language.
        day: of the workshop, for the title slide; without it the slide names none.

    Raises:
        AddressError: no such place, or no such question; the message names those there are.
    """
    text, place = context.language.text, known_place(ags, context.data.places, context.language)
    asked = _asked(question, context.language)
    shown = _fitting(asked.addresses, place, context)
    lines = (*dict.fromkeys(_short(exhibit) for exhibit in shown), text("Arbeit in Gruppen"))
    below = (asked.title, *([context.language.date(day)] if day else []))
    occasion = text("Zukunftswerkstatt {place}", place=place.name)
    slides = (
        Slide("title", "", occasion, below), Slide("agenda", "", text("Ablauf"), lines),
        *(Slide("exhibit", str(exhibit.address)) for exhibit in shown),
        Slide("section", "", text("Arbeit in Gruppen"), (asked.title,)),
        Slide("text", "", text("Fragen für die Gruppen"), asked.tasks),
        Slide("closing", "", text("Wie es weitergeht"), _next(context.language)),
    )  # fmt: skip
    return Deck(f"{place.name}: {asked.title}", place.ags, slides)


def _asked(question: str, language: Language) -> Question:
    wanted = question.strip().casefold()
    known = questions(language)
    for one in known:
        if wanted in (one.id, one.title.casefold(), one.title.casefold().rstrip("?")):
            return one
    names = "; ".join(f"{one.id} ({one.title})" for one in known)
    raise AddressError(language.text("Die Frage »{question}« gibt es nicht. Möglich sind: {names}",
                                     question=question[:80], names=names))  # fmt: skip


def _fitting(addresses: Iterable[str], place: Place, context: Context) -> list[Exhibit]:
    """Return the first exhibits that show something for the place."""
    found: list[Exhibit] = []
    for pattern in addresses:
        exhibit = _made(pattern, place, context)
        if exhibit is not None and len(found) < EXHIBITS:
            found.append(exhibit)
    return found


def _made(pattern: str, place: Place, context: Context) -> Exhibit | None:
    """Make an exhibit; None where it shows nothing for this place."""
    try:
        address = Address.parse(pattern.format(ags=place.ags, day=_newest_map(pattern, context)))
        exhibit = make(address, context)
    except AddressError:
        return None
    said = [column.key for column in exhibit.columns] == ["place", "state"]  # of ``no_figures``, instead of a chart
    return None if said or exhibit.table.empty else exhibit


def _newest_map(pattern: str, context: Context) -> str:
    if DAY not in pattern:
        return ""
    given = dict(part.split("=") for part in pattern.partition("?")[2].split("&"))
    dates = map_dates(context, indicators()[given["indicator"]], given["scope"].partition("-")[0])
    return "" if dates.empty else day_token(max(dates["reference_date"]).date())


def _short(exhibit: Exhibit) -> str:
    """Return a title as a line of the agenda."""
    return exhibit.title if len(exhibit.title) <= 90 else exhibit.title[:89].rstrip() + "…"


def _next(language: Language) -> tuple[str, ...]:
    text = language.text
    return (
        text("Was haben wir heute festgehalten?"), text("Wer übernimmt was bis wann?"),
        text("Woran merken wir, dass es wirkt?"), text("Wann sehen wir uns wieder?"),
    )  # fmt: skip


def _development(language: Language) -> Question:
    text = language.text
    return Question(
        "development", text("Wie entwickelt sich unsere Kommune?"),
        ("key_figures?ags={ags}", "population_line?ags={ags}", "balance?ags={ags}", "age_pyramid?ags={ags}&compare=DG",
         "outlook_line?ags={ags}&scenarios=continue", "births_deaths?ags={ags}", "age_groups?ags={ags}"),
        (text("Was davon erleben Sie im Alltag?"), text("Was überrascht Sie, was fehlt Ihnen?"),
         text("Welche Entwicklung wollen wir beeinflussen, mit welcher müssen wir umgehen?"),
         text("Was sollte die Kommune als Erstes tun?")),
    )  # fmt: skip


def _movements(language: Language) -> Question:
    text = language.text
    return Question(
        "movements", text("Wer kommt, wer geht?"),
        ("in_out_migration?ags={ags}", "migration_by_age?ags={ags}", "balance?ags={ags}",
         "time_series?ags={ags},DG&indicator=net_migration_per_1000", "cohorts?ags={ags}",
         "choropleth?ags={ags}&day={day}&indicator=net_migration_18_24_per_1000&scope=kreis-DG",
         "population_line?ags={ags}", "key_figures?ags={ags}"),
        (text("Warum sind Sie hier, warum geblieben, warum zurückgekommen?"),
         text("Was bewegt junge Menschen zu gehen, und was holt sie zurück?"),
         text("Wer zieht zu, und wie kommt man hier an?"), text("Was sollte die Kommune als Erstes tun?")),
    )  # fmt: skip


def _children(language: Language) -> Question:
    text = language.text
    return Question(
        "children", text("Was heißt das für Kinder und Schule?"),
        ("age_groups?ags={ags}", "births_deaths?ags={ags}", "outlook_line?ags={ags}&group=daycare&scenarios=continue",
         "outlook_line?ags={ags}&group=primary&scenarios=continue",
         "outlook_services?ags={ags}&scenario=continue", "time_series?ags={ags},DG&indicator=share_u18",
         "migration_by_age?ags={ags}", "key_figures?ags={ags}"),
        (text("Wo reichen Plätze in Kita und Schule nicht, wo werden es zu viele?"),
         text("Was brauchen Familien, um zu bleiben oder herzuziehen?"),
         text("Welche Gebäude lassen sich umnutzen, welche gemeinsam nutzen?"),
         text("Was sollte die Kommune als Erstes tun?")),
    )  # fmt: skip


def _older(language: Language) -> Question:
    text = language.text
    return Question(
        "older", text("Wie viele Ältere werden es?"),
        ("age_pyramid?ags={ags}&compare=DG", "time_series?ags={ags},DG&indicator=old_age_ratio_20_65",
         "outlook_line?ags={ags}&group=80plus&scenarios=continue",
         "outlook_certainty?ags={ags}&group=80plus&scenario=continue",
         "choropleth?ags={ags}&day={day}&indicator=old_age_ratio_20_65&scope=kreis-DG", "age_groups?ags={ags}",
         "key_figures?ags={ags}"),
        (text("Wie wollen Sie wohnen, wenn Sie älter sind?"),
         text("Was fehlt im Alltag, wenn man schlecht zu Fuß ist?"),
         text("Wer kann helfen, und wer könnte das verbinden?"), text("Was sollte die Kommune als Erstes tun?")),
    )  # fmt: skip


def _plan(language: Language) -> Question:
    text = language.text
    return Question(
        "plan", text("Wo stehen wir mit dem Plan?"),
        ("plan_fields?ags={ags}", "field_figures?ags={ags}", "plan_targets?ags={ags}", "plan_timeline?ags={ags}",
         "plan_options?ags={ags}", "plan_health?ags={ags}", "plan_stages?ags={ags}", "key_figures?ags={ags}",
         "population_line?ags={ags}", "age_groups?ags={ags}", "balance?ags={ags}"),
        (text("Was ist geschafft, und was hat es gebracht?"), text("Was kommt nicht voran, und woran liegt es?"),
         text("Was lassen wir weg, was kommt dazu?"), text("Wer übernimmt was bis wann?")),
    )  # fmt: skip

"""What an uploaded file would change in a plan, row by row, and taking over what somebody accepts of it.

Nothing is removed because a file lacks it: that is a choice of its own. Each part is saved with the version seen when
the preview was made, so that what somebody else has changed since is never overwritten: it is reported, and the other
rows go through.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_OID, uuid5

from zwk_data.access import Denied
from zwk_data.language import Language
from zwk_data.plan.exchange.book import value_at
from zwk_data.plan.exchange.cells import written
from zwk_data.plan.exchange.columns import BY_KIND, INSIDE
from zwk_data.plan.exchange.incoming import Incoming, Key, from_tables, named_by
from zwk_data.plan.exchange.names import Names, names_of
from zwk_data.plan.exchange.objects import from_json
from zwk_data.plan.exchange.problems import Problem
from zwk_data.plan.exchange.reading import Content, NotReadable
from zwk_data.plan.model import Plan
from zwk_data.plan.parts import PARTS, Head, Part, kind_of, parts_of
from zwk_data.plan.service import HEAD, NotUsable, Plans, Stored
from zwk_data.sheets import as_text

if TYPE_CHECKING:
    from zwk_data.store import StoreError

UNNAMED = "Werkstattplan"  # the title of a plan that an import begins without one
STATUS_FORM = "sachstand"


@dataclass(frozen=True)
class Change:
    """One field that would change: its heading and the texts before and after."""

    heading: str
    old: str
    new: str


@dataclass(frozen=True)
class Item:
    """A part that the file has and the plan has not, or has otherwise.

    ``row`` is its line on ``sheet``; ``seen`` the version when the preview was made (0: new).
    """

    key: Key
    title: str
    sheet: str
    row: int
    part: Part
    changes: tuple[Change, ...]
    seen: int

    @property
    def new(self) -> bool:
        """Whether the plan has no such part."""
        return not self.seen


@dataclass(frozen=True)
class Missing:
    """A part that the plan has and the file, though it has such a sheet, has not."""

    key: Key
    title: str
    sheet: str
    seen: int


@dataclass(frozen=True)
class Preview:
    """All that a file would do: ``items`` and ``missing`` can be accepted; ``unchanged`` counts parts by sheet."""

    ags: str
    items: tuple[Item, ...]
    missing: tuple[Missing, ...]
    unchanged: dict[str, int]
    problems: tuple[Problem, ...]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to accept."""
        return not self.items and not self.missing


@dataclass(frozen=True)
class NotTaken:
    """A row that could not be saved, with the reason in the reader's language."""

    key: Key
    title: str
    sheet: str
    row: int
    reason: str


@dataclass(frozen=True)
class Taken:
    """What was saved, what was removed, and what could not be."""

    saved: tuple[Key, ...]
    removed: tuple[Key, ...]
    refused: tuple[NotTaken, ...]


def preview(content: Content, stored: Stored) -> Preview:
    """Return what a file would change in a stored plan (one without any parts: all is new).

    Raises:
        NotReadable: the file holds no plan.
    """
    if (content.marks or {}).get("Format") == STATUS_FORM:
        raise NotReadable("plan_not_status")
    if content.json is not None:
        incoming = from_json(content.json, stored.plan)
    else:
        incoming = from_tables(content.tables, content.marks, stored.plan)
    return compared(incoming, stored)


def compared(incoming: Incoming, stored: Stored) -> Preview:
    """Return the differences between what a file says and what is stored."""
    plan = stored.plan
    before = {(kind_of(part), part.id): part for part in parts_of(plan)}
    before = {key: part for key, part in before.items() if stored.version(*key)}
    names = _names(plan, incoming)
    items, unchanged = [], dict[str, int]()
    for key, part in incoming.parts.items():
        old, page = before.get(key), BY_KIND[key[0]]
        if old == part:
            unchanged[page.name] = unchanged.get(page.name, 0) + 1
            continue
        sheet, row = incoming.places[key]
        changes = tuple(_changes(old, part, names_of(plan), names))
        items.append(Item(key, title_of(part, names), sheet, row, part, changes, stored.version(*key)))
    gone = tuple(
        Missing(key, title_of(part, names), BY_KIND[key[0]].name, stored.version(*key))
        for key, part in before.items()
        if key[0] in incoming.kinds and key not in incoming.parts and key[0] != "head" and not _failed(key, incoming)
    )
    return Preview(plan.ags, tuple(items), gone, unchanged, incoming.problems)


def _failed(key: Key, incoming: Incoming) -> bool:
    """Tell whether the file has the part after all, in a row with a problem; of a link that is not known."""
    if key[0] != "link":
        return key in incoming.there
    return any(problem.stops and problem.sheet == BY_KIND["link"].name for problem in incoming.problems)


def _names(plan: Plan, incoming: Incoming) -> Names:
    titles: dict[str, dict[str, str]] = {}
    for kind in ("field", "goal", "tool", "concept", "entry"):
        titles[kind] = {part.id: part.title for part in getattr(plan, PARTS[kind][1])}
        titles[kind] |= {id: part.title for (of, id), part in incoming.parts.items() if of == kind}  # type: ignore[union-attr]
    return Names(titles)


def title_of(part: Any, names: Names) -> str:
    """Return how a part is named to the reader."""
    kind = kind_of(part)
    if kind == "head":
        return str(part.title)
    if kind == "link":
        return f"{_bare(names.of('entry', part.entry))} → {_bare(names.of('indicator', part.indicator))}"
    if kind == "progress":
        return f"{part.day:%d.%m.%Y}: {_bare(names.of('entry', part.entry))}"
    if kind == "target":
        return f"{_bare(names.of('indicator', part.indicator))} {part.year}"
    return str(getattr(part, "title", "") or getattr(part, "name", ""))


def _bare(name: str) -> str:
    return name.rpartition(" [")[0] or name


def _changes(old: Any, new: Any, old_names: Names, new_names: Names) -> Iterable[Change]:
    """Yield the fields that differ, as the columns of the sheets name them."""
    page = BY_KIND[kind_of(new)]
    for field in page.fields:
        was, now = value_at(old, field.name) if old else None, value_at(new, field.name)
        if was != now and field.codec != "id" and not (old is None and now in (None, (), False)):
            yield Change(
                field.heading, as_text(written(field, was, old_names)), as_text(written(field, now, new_names))
            )
    if page.kind == "entry":
        for inner in INSIDE:
            before, after = getattr(old, inner.inside, ()), getattr(new, inner.inside, ())
            if before != after:
                yield Change(inner.name, _told(before, old_names), _told(after, new_names))


def _told(values: tuple[Any, ...], names: Names) -> str:
    """Return values inside an entry as text, one per line."""
    return "\n".join("; ".join(_cell(value, field.name) for field in fields(value)) for value in values)


def _cell(value: Any, name: str) -> str:
    found = getattr(value, name)
    if is_dataclass(found):
        return str(found)
    return "–" if found is None else f"{found:%d.%m.%Y}" if isinstance(found, date) else str(found).replace(".", ",")


# --- taking over -----------------------------------------------------------------------------------------------------


def take(
    plans: Plans, found: Preview, accepted: Collection[Key], removed: Collection[Key], *, request_id: str,
    language: Language,
) -> Taken:  # fmt: skip
    """Save what was accepted and remove what was chosen; the same ``request_id`` again saves nothing twice.

    Raises:
        Denied: the person may not edit here.
    """
    items = [item for item in found.items if item.key in accepted]
    stored = plans.stored(found.ags)
    saved, refused = _save_all(plans, found.ags, items, set(stored.versions), request_id, language)
    if saved and not stored.begun and HEAD not in saved:  # the head comes last: until then there is no plan
        attempt(
            lambda: plans.save(found.ags, Head(UNNAMED), seen_version=0, request_id=_once(request_id, HEAD)), language
        )
    gone = []
    for missing in (one for one in found.missing if one.key in removed):
        reason = _remove(plans, found.ags, missing, _once(request_id, missing.key), language)
        if reason:
            refused.append(NotTaken(missing.key, missing.title, missing.sheet, 0, reason))
        else:
            gone.append(missing.key)
    return Taken(tuple(saved), tuple(gone), tuple(refused))


def _save_all(
    plans: Plans, ags: str, items: list[Item], known: set[Key], request_id: str, language: Language
) -> tuple[list[Key], list[NotTaken]]:
    """Save items, those that others name first and the head last."""
    order = [kind for kind in PARTS if kind != "head"] + ["head"]
    saved: list[Key] = []
    refused: list[NotTaken] = []
    for item in sorted(items, key=lambda item: order.index(item.key[0])):
        if any(name not in known for name in named_by(item.part)):
            reason = language.text("Die Zeile nennt etwas, das nicht übernommen wurde.")
        else:
            reason = _save(plans, ags, item, _once(request_id, item.key), language)
        if reason:
            refused.append(NotTaken(item.key, item.title, item.sheet, item.row, reason))
        else:
            saved.append(item.key)
            known.add(item.key)
    return saved, refused


def _once(request_id: str, key: Key) -> str:
    return str(uuid5(NAMESPACE_OID, f"{request_id}:{key[0]}:{key[1]}"))


def _save(plans: Plans, ags: str, item: Item, request: str, language: Language) -> str:
    return attempt(lambda: plans.save(ags, item.part, seen_version=item.seen, request_id=request), language)


def _remove(plans: Plans, ags: str, one: Missing, request: str, language: Language) -> str:
    return attempt(lambda: plans.remove(ags, *one.key, seen_version=one.seen, request_id=request), language)


def attempt(action: Callable[[], Any], language: Language) -> str:
    """Do something and return the reason why it did not work, empty if it did."""
    from zwk_data.store import Conflict, StoreError

    try:
        action()
    except Conflict:
        return language.text("Inzwischen hat jemand anderes diesen Teil geändert; bitte die Datei erneut einlesen.")
    except NotUsable as error:
        return "; ".join(error.reasons(language))
    except Denied as error:
        return error.reason(language)
    except StoreError as error:
        return said(error, language)
    return ""


def said(error: "StoreError", language: Language) -> str:
    """Return the reason of the store in the reader's language."""
    return language.text(error.reason_de)

"""The headline indicator of each Handlungsfeld of a place's plan, or a fixed set where there is no plan."""

from zwk_data.catalog import GROUPS
from zwk_data.exhibits.exhibit import Address, Exhibit, Marks, Note
from zwk_data.exhibits.figures import (
    Figure,
    change_text,
    declared,
    figure,
    figure_columns,
    figure_rows,
    with_change,
    written_value,
)
from zwk_data.exhibits.key_figures import figure_notes, most_telling
from zwk_data.exhibits.provenance import breaks_inside, measures_of, sources_of
from zwk_data.exhibits.registry import Context, is_offered, kind, place
from zwk_data.exhibits.wording import at_place
from zwk_data.plan.model import Handlungsfeld, Plan
from zwk_data.warehouse.places import GERMANY, Place

# Where no plan names any: ageing, families, births and deaths, migration; known for every Kreis.
FIXED = ("old_age_ratio_20_65", "women_share_20_39", "natural_balance_per_1000", "net_migration_residual_per_1000")


@kind(required={"ags": place}, optional={"compare": place}, of_plan=True)
def field_figures(context: Context, *, ags: Place, compare: Place | None = None) -> Exhibit:
    """Show one figure per Handlungsfeld: value, change inside one census basis, comparison and rank."""
    plan = context.plans(ags.ags)
    reference = compare or context.data.places[GERMANY]
    pairs = _pairs(context, ags, reference, plan)
    found = [one for _, one in pairs]
    table = figure_rows(found, context, lambda one: {})
    table = table.assign(
        field=[heading for heading, _ in pairs], change_text=[change_text(one, context) for one in found], remark=""
    )
    text = context.language.text
    measures = frozenset().union(*(measures_of(declared(one.id)) for one in found))
    return Exhibit(
        address=Address.of("field_figures", ags=ags.ags, compare=compare.ags if compare else ""),
        title=text("Leitkennzahlen der Handlungsfelder") if plan else text("Weitere Kennzahlen"),
        subtitle=_subtitle(context, plan),
        sentence=_sentence(context, found),
        alt=text("Kennzahlen: {list}.", list="; ".join(
            f"{one.label} {written_value(one.value, one, context)} ({one.when})" for one in found)),
        table=table,
        columns=figure_columns(context),
        marks=Marks("tiles", x="label", y="value"),
        sources=sources_of(table["datasets"], context),
        breaks=breaks_inside(table, measures, context.language),
        notes=(*figure_notes(context, ags, found, table), *_plan_notes(context, plan, found)),
    )  # fmt: skip


def _pairs(context: Context, ags: Place, reference: Place, plan: Plan | None) -> list[tuple[str, Figure]]:
    """Return (Handlungsfeld or subject, figure); an indicator no figure gives is left out."""
    wanted = [(field.title, field.headline_indicator) for field in _fields(plan) if field.headline_indicator]
    if not wanted:
        wanted = [(GROUPS[declared(name).group][context.language.code == "en"], name) for name in FIXED]
    pairs = [
        (title, figure(context, ags, declared(name), reference))
        for title, name in wanted
        if is_offered(declared(name), context.data)
    ]
    return [(title, with_change(context, one)) for title, one in pairs if one is not None]


def _fields(plan: Plan | None) -> list[Handlungsfeld]:
    fields = plan.handlungsfelder if plan else ()
    return sorted(fields, key=lambda field: (field.order is None, field.order or 0))


def _subtitle(context: Context, plan: Plan | None) -> str:
    if plan is None:
        return context.language.text("für alle Orte gleich ausgewählt; ein Werkstattplan liegt hier nicht vor")
    return context.language.text("{plan}; Zuordnung: Vorschlag dieses Projekts", plan=plan.title)


def _sentence(context: Context, found: list[Figure]) -> str:
    """Name the figure in which the place stands out most, with the comparison where there is one."""
    told = most_telling(found)
    text, language = context.language.text, context.language
    if told is None:
        return text("Für diesen Ort liegen hier keine Zahlen vor.")
    value = written_value(told.value, told, context)
    where = at_place(told.place, language)
    if told.reference is None or told.reference_value is None:
        return text("{label} {where}: {value} ({date}).", label=told.label, where=where, value=value, date=told.when)
    return text(
        "{label} {where}: {value}, {other} {there} ({date}).", label=told.label, where=where, value=value,
        date=told.when, other=at_place(told.reference, language),
        there=written_value(told.reference_value, told, context),
    )  # fmt: skip


def _plan_notes(context: Context, plan: Plan | None, found: list[Figure]) -> tuple[Note, ...]:
    text = context.language.text
    notes = [Note("proposal", plan.source_note)] if plan and plan.source_note else []
    if any(declared(one.id).chance != "none" for one in found):
        notes.append(Note("chance", text("Zahlen aus Ereignissen eines Jahres schwanken auch zufällig.")))
    return tuple(notes)

"""Whether an address names a period of its own, and which address shows the newest one.

Most exhibits show the newest figures by themselves. A map names its day, a pyramid may name its year: such a slide is
out of date only where it showed the newest figures when it was made. So an exhibit made for a slide is told which day
was the newest then; the slide remembers it.
"""

from dataclasses import replace

from zwk_data.exhibits import Address, AddressError, Context, Exhibit, make
from zwk_data.exhibits.exhibit import Marks
from zwk_data.exhibits.map_scope import day_token, map_dates, scope
from zwk_data.exhibits.registry import indicator
from zwk_data.render.pptx.memory import NEWEST, newest_day

# These may be left out: then the newest is shown.
YEARS = {"age_groups": "year", "age_pyramid": "year", "migration_by_age": "year", "balance": "span"}
DAYS = {"choropleth": "day", "choropleth_change": "end"}


def fixed(address: Address) -> str:
    """Return the parameter by which an address names its period, an empty text where it shows the newest one."""
    name = (YEARS | DAYS).get(address.kind, "")
    return name if name in dict(address.parameters) else ""


def newest(address: Address, context: Context) -> Address:
    """Return the address of the same exhibit for the newest period; one that names none, or cannot, as it is.

    Raises:
        AddressError: its other parameters do not fit.
    """
    name = fixed(address)
    if not name:
        return address
    others = tuple(pair for pair in address.parameters if pair[0] != name)
    given = dict(address.parameters)
    if address.kind not in DAYS:
        open_end = replace(address, parameters=others)
        return _longer(open_end, given[name], context) if address.kind == "balance" else open_end
    where, what = scope(given["scope"], context), indicator(given["indicator"], context)
    dates = map_dates(context, what, where.level)
    if dates.empty:
        return address
    last = day_token(max(dates["reference_date"]).date())
    return replace(address, parameters=tuple(sorted((*others, (name, last)))))


def _longer(address: Address, span: str, context: Context) -> Address:
    """Return a balance of the newest year; a longer one from the same first year, where there is such a balance."""
    first, _, last = span.partition("-")
    day = newest_day(make(address, context))
    if not day or not (first.isdigit() and last.isdigit()) or int(last) - int(first) < 2:
        return address
    asked = Address.of("balance", **dict(address.parameters), span=f"{first}-{day[:4]}")
    try:
        make(asked, context)
    except AddressError:
        return address
    return asked


def newest_of(address: Address, exhibit: Exhibit, context: Context) -> str:
    """Return the newest day (ISO) there are figures of for an exhibit, whatever period it shows; empty: none."""
    if not fixed(address):
        return newest_day(exhibit)
    try:
        return newest_day(make(newest(address, context), context))
    except (AddressError, KeyError):
        return ""


def for_slide(address: Address, context: Context) -> Exhibit:
    """Make an exhibit that knows which day was the newest when it was made.

    Raises:
        AddressError: as in ``make``.
    """
    return remembering(make(address, context), context)


def remembering(exhibit: Exhibit, context: Context) -> Exhibit:
    """Return an exhibit that knows which day is the newest there are figures of now."""
    known = newest_of(exhibit.address, exhibit, context)
    return replace(exhibit, marks=_with(exhibit.marks, known)) if known else exhibit


def _with(marks: Marks, day: str) -> Marks:
    return replace(marks, options={**marks.options, NEWEST: day})

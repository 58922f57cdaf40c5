"""Controls of a page: each is bound to one parameter of the URL and returns a checked value."""

from collections.abc import Mapping, Sequence

import streamlit as st

from ui import parameters
from ui.data import statistics
from ui.view import view
from zwk_data.catalog import GROUPS, indicators
from zwk_data.exhibits import AddressError
from zwk_data.exhibits.registry import is_offered


def select(name: str, label: str, options: Mapping[str, str], default: str) -> str:
    """Draw a select box for a parameter; in presenter mode only the value is read."""
    current = _current(name, options, default)
    if view().present:
        return current
    key = _remember(name, current)
    return str(
        st.selectbox(
            label, list(options), key=key, format_func=lambda value: options[value], on_change=_changed, args=(name,)
        )
    )


def segments(name: str, label: str, options: Mapping[str, str], default: str, *, named: bool = True) -> str:
    """Draw a row of alternatives for a parameter with few values; not ``named``: its label is read out, not shown."""
    current = _current(name, options, default)
    if view().present:
        return current
    key = _remember(name, current)
    chosen = st.segmented_control(
        label, list(options), key=key, format_func=lambda value: options[value], on_change=_changed, args=(name,),
        required=True, label_visibility="visible" if named else "collapsed",
    )  # fmt: skip
    return str(chosen)


def slider(name: str, label: str, values: Sequence[str], default: str, labels: Mapping[str, str] | None = None) -> str:
    """Draw a slider over ordered values, such as years; ``labels`` says how a value is written."""
    options = {value: (labels or {}).get(value, value) for value in values}
    current = _current(name, options, default)
    if view().present or len(values) < 2:
        return current
    key = _remember(name, current)
    return str(
        st.select_slider(
            label, list(values), key=key, format_func=options.__getitem__, on_change=_changed, args=(name,)
        )
    )


def search(name: str, label: str) -> str:
    """Draw a field for a text to search for; at most 60 characters count."""

    def parse(text: str) -> str:
        return " ".join(text.split())[:60]

    current = parameters.read(name, parse, "")
    if view().present:
        return current
    key = _remember(name, current)
    return str(
        st.text_input(label, key=key, max_chars=60, icon=":material/search:", on_change=_changed, args=(name,))
    ).strip()


def indicator(name: str = "indicator", default: str = "population_total", *, only: set[str] | None = None) -> str:
    """Draw the choice of one indicator that the figures can give, grouped by subject."""
    language = view().language
    options = {
        entry.id: f"{entry.label(language.code)}  ·  {GROUPS[entry.group][language.code == 'en']}"
        for entry in indicators().values()
        if is_offered(entry, statistics()) and (only is None or entry.id in only)
    }
    return select(name, language.text("Indikator"), options, default)


def indicator_list(name: str, default: Sequence[str], maximum: int = 8) -> list[str]:
    """Draw the choice of one to ``maximum`` indicators; in presenter mode only the values are read."""
    language = view().language
    offered = (entry for entry in indicators().values() if is_offered(entry, statistics()))
    options = {entry.id: entry.label(language.code) for entry in offered}

    def parse(text: str) -> list[str]:
        found = list(dict.fromkeys(part for part in text.split(",") if part))
        if not 1 <= len(found) <= maximum or set(found) - set(options):
            raise AddressError(language.text("»{value}« ist hier nicht möglich.", value=text[:40]))
        return found

    current = parameters.read(name, parse, list(default))
    if view().present:
        return current
    key = f"control_{name}"
    if st.session_state.get(key) != current:
        st.session_state[key] = current
    chosen = st.multiselect(
        language.text("Indikatoren"), list(options), key=key, format_func=lambda value: options[value],
        max_selections=maximum, on_change=_changed_list, args=(name,), placeholder=language.text("Bitte wählen"),
    )  # fmt: skip
    return list(chosen) or list(default)


def _changed_list(name: str) -> None:
    parameters.write(name, ",".join(st.session_state[f"control_{name}"]))


def _current(name: str, options: Mapping[str, str], default: str) -> str:
    message = view().language.text("»{value}« ist hier nicht möglich.")
    current = parameters.choice(name, options, default, message)
    if parameters.kept(name) == current:
        parameters.restore(name)  # kept from another page: the link must say it too
    return current


def _remember(name: str, current: str) -> str:
    key = f"control_{name}"
    if st.session_state.get(key) != current:
        st.session_state[key] = current
    return key


def _changed(name: str) -> None:
    value = st.session_state[f"control_{name}"]
    if value is not None:
        parameters.write(name, str(value))

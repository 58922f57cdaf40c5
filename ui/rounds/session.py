"""What the parts of the page Managementrunde share: the meetings of the place, telling what was saved, contexts."""

from collections.abc import Callable
from uuid import uuid4

import streamlit as st

from ui import parameters
from ui.data import exhibit_for, newest
from ui.decks.working import context
from ui.literal import literal
from ui.plans import seen
from ui.signed_in import person
from ui.stored import store
from ui.view import View
from zwk_data.decks.periods import remembering
from zwk_data.exhibits import Address, AddressError, Exhibit
from zwk_data.plan.service import NoPlanYet
from zwk_data.rounds.model import Meeting, NotUsable
from zwk_data.rounds.service import IsClosed, Kept, Meetings
from zwk_data.rounds.since import Change, differences

MEETING = "meeting"  # parameter of the address
SAID, WRONG = "_round_said", "_round_wrong"


def mine() -> Meetings:
    """Return the meetings as the person of this run may see and change them."""
    return Meetings(store(), person())


def field_names(now: View) -> dict[str, str]:
    """Return what can be missing or too long, in the reader's language."""
    text = now.text
    return {
        "title": text("Titel"), "place": text("Ort"), "minutes": text("Minuten"), "participants": text("Teilnehmende"),
        "items": text("Tagesordnung"), "question": text("Frage"), "proposal": text("Beschlussvorschlag"),
        "why": text("Anlass"), "addresses": text("Darstellungen"), "text": text("Text"), "office": text("Amt"),
        "votes": text("Stimmen"), "remark": text("Notiz"),
    }  # fmt: skip


def do(now: View, act: Callable[[], object], said: str = "") -> bool:
    """Do something that is saved, and tell what became of it; return whether it was."""
    from zwk_data.access import Denied
    from zwk_data.store import Conflict, StoreError

    text = now.text
    try:
        act()
    except Conflict:
        st.session_state[WRONG] = text("Jemand hat das inzwischen geändert. Bitte sehen Sie den neuen Stand an und "
                                       "tragen Sie Ihre Angabe noch einmal ein.")  # fmt: skip
    except NotUsable as error:
        names = ", ".join(field_names(now).get(name, name) for name in error.fields)
        st.session_state[WRONG] = text("Nicht gespeichert. Es fehlt oder ist zu lang: {names}", names=names)
    except (NoPlanYet, KeyError):
        st.session_state[WRONG] = text("Das steht nicht mehr im Plan. Bitte laden Sie die Seite neu.")
    except (StoreError, Denied, IsClosed) as error:
        st.session_state[WRONG] = text(error.reason_de)
    else:
        st.session_state[SAID] = said
        return True
    return False


def told() -> None:
    """Show what became of the last thing that was done, once."""
    with st.container(key="round_told"):
        if said := st.session_state.pop(SAID, ""):
            st.success(literal(said), icon=":material/check:")
        if wrong := st.session_state.pop(WRONG, ""):
            st.error(literal(wrong), icon=":material/error:")


def save(now: View, one: Kept[Meeting], changed: Meeting, said: str = "") -> bool:
    """Save a changed meeting."""
    ags = now.place.ags
    return do(now, lambda: mine().save(ags, changed, seen_version=one.version, request_id=uuid4().hex), said)


def chosen() -> str:
    """Return the id of the meeting in the address, empty where there is none."""
    return parameters.read(MEETING, lambda text: text[:40], "")


def name(one: Meeting, now: View) -> str:
    """Return title and day of a meeting."""
    return f"{one.title}, {now.language.date(one.day)}" if one.day else one.title


def exhibit(address: str, now: View) -> Exhibit | str:
    """Return the exhibit of an address as it is now, or why there is none."""
    try:
        return remembering(exhibit_for(Address.parse(address), now.language, seen), context(now))
    except AddressError as error:
        return str(error)


def changes_since(now: View) -> tuple[Meeting | None, list[Change]]:
    """Return the last closed meeting of the place in view, and what is different from it now."""
    last = mine().last_closed(now.place.ags)
    if last is None:
        return None, []
    found = _differences(now.place.ags, last.id, newest().generation.number, store().state(), now.language.code, now)
    return last, found


@st.cache_data(max_entries=32, show_spinner=False)
def _differences(ags: str, meeting: str, generation: int, state: int, language: str, _now: View) -> list[Change]:
    """Compare once for each state of figures and store; whoever asks may read all of it."""
    used = context(_now)
    return differences(mine().shown(ags, meeting), mine().plan_then(ags, meeting), used.plans(ags), used)

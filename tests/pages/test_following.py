"""Freigabe for a meeting: guests see what was shown and decided there, in order, and nothing else at all."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from tests.app_pages import ROOT, opened
from tests.render.made import table_exhibit
from zwk_data.access import LOCAL
from zwk_data.access.guests import Guests, Target, digest
from zwk_data.exhibits.exhibit import Address
from zwk_data.rounds.model import Decision, Item, Meeting, Remark
from zwk_data.rounds.service import Kept, Meetings
from zwk_data.store import open_store

AGS, OTHER = "05758012", "13071107"
NOTHING, SECRET = "Unter diesem Link ist nichts freigegeben.", "GEHEIM"
HOSTILE = "<img src=x onerror=alert(1)> **fett** ![b](https://boese.example/x.png) $x$ {y}"
ITEMS = tuple(Item(f"i{n}", f"Frage {n}?", f"{SECRET} Vorschlag") for n in (1, 2, 3))
MEETING = Meeting("m1", AGS, "Managementrunde", date(2030, 1, 2), place="Rathaus", items=ITEMS)


@pytest.fixture
def store(data_folder, tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    monkeypatch.setenv("ZWK_DATABASE_URL", url)
    monkeypatch.delenv("ZWK_ACCESS", raising=False)
    with open_store(url) as found:
        yield found


@pytest.fixture
def meetings(store):
    times = iter(datetime(2030, 1, 2, 9, tzinfo=UTC) + timedelta(minutes=n) for n in range(999))
    return Meetings(store, LOCAL, lambda: next(times))


def begun(meetings: Meetings, meeting: Meeting = MEETING) -> Kept[Meeting]:
    version = meetings.save(meeting.ags, meeting, seen_version=0, request_id=f"{meeting.ags}{meeting.id}")
    part = meetings.begin(meeting.ags, Kept(meeting, version), request_id=f"b{meeting.ags}{meeting.id}")
    return Kept(part, version + 1)


def show(meetings: Meetings, item: str, sentence: str, ags: str = AGS, meeting: str = "m1", **more) -> None:
    exhibit = replace(table_exhibit(), address=Address.of("demo"), sentence=sentence)
    meetings.show(ags, meeting, item, exhibit, **more)


def decide(meetings: Meetings, item: str, text: str, ags: str = AGS, meeting: str = "m1") -> None:
    part = Decision(meeting, item, "Frage?", "amended", text, date(2030, 1, 2), "Bauamt", date(2030, 3, 1))
    meetings.save(ags, part, seen_version=0, request_id=f"d{ags}{meeting}{item}")


def token(store, ags: str = AGS, meeting: str = "m1") -> str:
    return Guests(store, LOCAL).create("Managementrunde", Target("meeting", ags, meeting))


def guest(token: str, **query: str) -> AppTest:
    """The page as somebody sees it who has nothing but the link; a stack trace fails the test."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    at.run()
    at = at.switch_page("pages/action/shared.py")
    for name, value in {"token": token, **query}.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception, at.exception[0].stack_trace
    return at


def texts(at: AppTest) -> str:
    shown = (at.title, at.header, at.subheader, at.markdown, at.caption, at.info, at.warning, at.error, at.button)
    return "\n".join(str(getattr(one, "value", "")) + str(one.label if one.type == "button" else "")
                     for kind in shown for one in kind) + repr(at.main)  # fmt: skip


def test_before_it_begins_there_is_the_agenda(store, meetings):
    meetings.save(AGS, MEETING, seen_version=0, request_id="new")
    at = guest(token(store))
    assert at.title[0].value == "Managementrunde"
    assert at.info[0].value == "Die Sitzung hat noch nicht begonnen."
    assert "1. Frage 1?\n2. Frage 2?\n3. Frage 3?" in [one.value for one in at.markdown]
    assert at.markdown[0].value == "02.01.2030 · Rathaus"
    assert SECRET not in texts(at)


def test_what_is_shown_now_stands_on_top_and_the_newest_below_it(store, meetings):
    begun(meetings)
    show(meetings, "i1", "Befund eins.")
    show(meetings, "i3", "Befund drei.")
    decide(meetings, "i3", "Das Bauamt prüft.")
    show(meetings, "i2", "Befund zwei.")
    show(meetings, "i2", "Daneben geöffnet.", aside=True)
    at = guest(token(store))
    assert [one.value for one in at.header] == [
        "Jetzt: Punkt 2 · Frage 2?", "Punkt 3 · Frage 3?", "Punkt 1 · Frage 1?"]  # fmt: skip
    assert [one.value for one in at.subheader] == ["Daneben geöffnet.", "Befund zwei.", "Befund drei.", "Befund eins."]
    assert "**Beschluss: geändert angenommen**  \nDas Bauamt prüft." in [one.value for one in at.markdown]
    assert "Bauamt · bis 01.03.2030" in [one.value for one in at.caption]


def test_a_closed_meeting_is_read_in_the_order_of_the_agenda(store, meetings):
    kept = begun(meetings)
    show(meetings, "i2", "Befund zwei.")
    show(meetings, "i1", "Befund eins.")
    show(meetings, "i1", "Daneben geöffnet.", aside=True)
    meetings.close(AGS, kept, None, request_id="close")
    at = guest(token(store))
    assert [one.value for one in at.header] == ["Punkt 1 · Frage 1?", "Punkt 2 · Frage 2?"]
    assert [one.value for one in at.subheader] == ["Befund eins.", "Daneben geöffnet.", "Befund zwei."]
    assert at.markdown[0].value == "02.01.2030 · Rathaus · abgeschlossen"


def test_there_is_nothing_to_turn_to_or_to_pass_on(store, meetings):
    begun(meetings)
    show(meetings, "i1", "Befund eins.")
    at = guest(token(store), present="1")
    assert not any(at.get(kind) for kind in ("selectbox", "text_input", "download_button", "popover", "code", "radio"))
    assert "share_" not in repr(at.main)


def test_the_frame_speaks_the_language_asked_for(store, meetings):
    begun(meetings)
    show(meetings, "i1", "Befund eins.")
    decide(meetings, "i1", "Das Bauamt prüft.")
    at = guest(token(store), lang="en")
    assert at.header[0].value == "Now: item 1 · Frage 1?"
    assert any(one.value.startswith("**Decision: adopted as amended**") for one in at.markdown)


def test_nothing_of_another_meeting_another_municipality_or_within_is_shown(store, meetings):
    begun(meetings)
    show(meetings, "i1", "Befund eins.")
    show(meetings, "", f"{SECRET} vor dem ersten Punkt.")
    meetings.save(AGS, Remark("r1", "m1", "i1", f"{SECRET} Notiz"), seen_version=0, request_id="r")
    meetings.keep_draft(AGS, "m1", "i2", "decision", {"text": f"{SECRET} getippt"})
    for ags, id in ((AGS, "m2"), (AGS, "m"), (OTHER, "m1"), (OTHER, "m9")):
        begun(meetings, replace(MEETING, ags=ags, id=id, title=f"{SECRET} Titel"))
        show(meetings, "i1", f"{SECRET} anderswo.", ags, id)
        decide(meetings, "i2", f"{SECRET} Beschluss", ags, id)
    at = guest(token(store))
    assert len(at.subheader) == 1 and SECRET not in texts(at)
    for query in ({"meeting": "m2"}, {"ags": OTHER}, {"ags": OTHER, "meeting": "m9"}):  # nothing in the address helps
        assert SECRET not in texts(guest(token(store), **query))


def test_a_link_to_a_meeting_of_another_municipality_shows_nothing(store, meetings):
    begun(meetings, replace(MEETING, ags=OTHER, id="m9"))
    for ags, id in ((AGS, "m9"), (OTHER, "m1"), (AGS, f"{OTHER}:m9")):
        assert NOTHING in guest(token(store, ags, id)).info[0].value


def test_after_it_is_revoked_or_has_run_out_or_the_meeting_is_gone_there_is_nothing(store, meetings):
    version = meetings.save(AGS, MEETING, seen_version=0, request_id="new")
    revoked, late, open_ = token(store), token(store), token(store)
    Guests(store, LOCAL).revoke(AGS, digest(revoked))
    record = store.get("guest_link", digest(late))
    store.save("guest_link", record.id, {**record.body, "expires": "2020-01-01T00:00:00+00:00"}, seen_version=1,
               actor="x", request_id="late")  # fmt: skip
    for one in (revoked, late):
        at = guest(one)
        assert NOTHING in at.info[0].value and "Frage" not in texts(at)
    assert at.title[0].value == "Freigabe"
    meetings.remove(AGS, MEETING, seen_version=version, request_id="gone")
    assert NOTHING in guest(open_).info[0].value


def test_hostile_texts_are_shown_as_they_are(store, meetings):
    items = tuple(replace(one, question=f"{one.id} {HOSTILE}") for one in ITEMS)
    begun(meetings, replace(MEETING, title=HOSTILE, place=HOSTILE, items=items))
    show(meetings, "i1", HOSTILE)
    decide(meetings, "i1", f"{HOSTILE}\n\n# Kopf\n- Liste")
    at = guest(token(store))
    said = [
        one.value for kind in (at.title, at.header, at.subheader, at.markdown) for one in kind if "img" in one.value
    ]
    assert len(said) == 5
    assert all("!\\[b\\](https" in one and "\\*\\*fett" in one and "\\$x" in one for one in said)


# --- making and revoking one -----------------------------------------------------------------------------------------


def page_of_the_lead() -> None:
    """A page that does what the page of meetings does with links."""
    import streamlit as st

    from ui import guests
    from ui.view import View
    from zwk_data.language import GERMAN
    from zwk_data.render.palette import LIGHT

    now = View(None, (), (), GERMAN, False, LIGHT)
    st.text(guests.link_for_meeting(now, st.session_state["meeting"]) or "none")
    st.button("away", on_click=guests.revoke_for_meeting, args=(now, st.session_state["meeting"]))


def lead(meeting: Meeting = MEETING) -> AppTest:
    at = AppTest.from_function(page_of_the_lead, default_timeout=30)
    at.session_state["meeting"] = meeting
    at.run()
    assert not at.exception
    return at


def links(store) -> list:
    return Guests(store, LOCAL).links(AGS)


def test_the_lead_gets_one_link_keeps_it_and_takes_it_back(store, monkeypatch):
    monkeypatch.setenv("ZWK_ACCESS", "local")
    at = lead()
    address = at.text[0].value
    assert len(address.rpartition("/freigabe?token=")[2]) == 43
    assert at.run().text[0].value == address
    [link] = links(store)
    assert (link.label, link.target) == ("Managementrunde, 02.01.2030", Target("meeting", AGS, "m1"))
    lead()  # a second session has one of its own
    token(store, AGS, "m2")
    at.button[0].click().run()
    assert sorted((one.target.address, one.revoked) for one in links(store) if one.revoked) == [("m1", True)] * 2
    assert [one.target.address for one in links(store) if not one.revoked and one.target.address == "m2"] == ["m2"]


def test_a_link_that_was_revoked_elsewhere_does_not_come_again_by_itself(store, monkeypatch):
    monkeypatch.setenv("ZWK_ACCESS", "local")
    at = lead()
    at.session_state["guests_m1"] = "yes"
    Guests(store, LOCAL).revoke(AGS, links(store)[0].id)
    assert at.run().text[0].value == "none"
    assert "guests_m1" not in at.session_state and len(links(store)) == 1


def test_who_may_not_share_gets_no_link(store):
    assert lead().text[0].value == "none" and store.records("guest_link") == []


@pytest.mark.parametrize("ahead, days", [(None, 30), (0, 30), (10, 40), (-29, 1), (-400, 1), (4000, 365)])
def test_a_link_holds_until_thirty_days_after_the_meeting(store, monkeypatch, ahead, days):
    monkeypatch.setenv("ZWK_ACCESS", "local")
    day = None if ahead is None else datetime.now(UTC).date() + timedelta(days=ahead)
    lead(replace(MEETING, day=day, title="Sehr \n lang " * 15))
    [link] = links(store)
    assert round((link.expires - link.created_at) / timedelta(days=1)) == days
    assert len(link.label) <= 120 and link.label.isprintable()
    assert day is None or link.label.endswith(f", {day:%d.%m.%Y}")


def test_the_page_of_access_names_links_to_meetings(store, monkeypatch):
    monkeypatch.setenv("ZWK_ACCESS", "local")
    token(store)
    at = opened("pages/data/access.py", ags=AGS)
    assert any("**Managementrunde**  \nSitzung: was gezeigt und beschlossen wird · gültig bis" in one.value
               for one in at.markdown)  # fmt: skip

"""People sign in at a real OpenID provider on this machine: what pages offer follows the role, and sessions end."""

import json
import time
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import oidc_provider_mock
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from tests.access.conftest import konto
from tests.browser.conftest import settle
from tests.server import running_app
from ui.people import action_names
from zwk_data.access import ACTIONS, EVERYWHERE, ROLES, Denied, Person, require
from zwk_data.access.accounts import account_of
from zwk_data.access.guests import Guests, Target
from zwk_data.access.roles import Roles, person_of
from zwk_data.access.sessions import ENDED, FORM, Sessions, sign_in_of
from zwk_data.language import Language
from zwk_data.plan.model import Entry
from zwk_data.plan.parts import Head
from zwk_data.plan.service import Plans
from zwk_data.store import Store, open_store

pytestmark = pytest.mark.browser
A, B = "05758012", "13071107"  # Herford, Neubrandenburg
SECRET = "only for this test, and long enough to sign with"
ADMIN = Person("account", konto("chef"), {EVERYWHERE: "admin"})
SECRETS = """[auth]
redirect_uri = "http://127.0.0.1:{{port}}/oauth2callback"
cookie_secret = "{secret}"
client_id = "test"
client_secret = "test"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with oidc_provider_mock.run_server_in_thread() as server:
        url = f"http://localhost:{server.server_port}"
        for role in (*ROLES, "guest"):
            body = json.dumps({"email": f"{role}@muster.example", "email_verified": True}).encode()
            asked = urllib.request.Request(
                f"{url}/users/{role}", body, {"Content-Type": "application/json"}, method="PUT"
            )
            urllib.request.urlopen(asked).close()
        yield url


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, provider: str) -> Iterator[Store]:
    """The store of the dashboard below, open here too: each role in A, one admin everywhere."""
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('signing_in') / 'store.sqlite'}") as opened:
        roles = Roles(opened, ADMIN)
        roles.grant(ADMIN.account, EVERYWHERE, "admin")
        for role in ROLES:
            roles.grant(account_of(provider, role), A, role)
        yield opened


@pytest.fixture(scope="module")
def url(store: Store, provider: str, data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("signing_in_app")
    secrets = folder / "secrets.toml"
    secrets.write_text(SECRETS.format(secret=SECRET, provider=provider), encoding="utf-8")
    # ZWK_ACCESS=local must not help anybody where people sign in.
    env = {"ZWK_DATA_DIR": str(data_folder), "ZWK_DATABASE_URL": str(store.url), "ZWK_ACCESS": "local"}
    with running_app(folder, env, "--secrets.files", str(secrets)) as found:
        yield found


@pytest.fixture
def context(browser: Browser, browser_context_args: dict) -> Iterator[BrowserContext]:
    opened = browser.new_context(**browser_context_args)
    opened.set_default_timeout(30_000)
    yield opened
    opened.close()


def sign_in(page: Page, address: str, who: str) -> None:
    page.goto(address)
    settle(page)
    page.locator(".st-key-sign_in button").click()
    page.locator("input[name=sub]").fill(who)
    page.get_by_role("button", name="Authorize", exact=True).click()
    page.wait_for_url(address)
    settle(page)
    expect(page.get_by_role("button", name="Angemeldet")).to_be_visible()


def rights(page: Page) -> dict[str, bool]:
    """What the page Zugang says that this person may, by action."""
    rows = page.locator("table.zwk-table").first.locator("tbody tr")
    told = dict(row.split("\t") for row in rows.all_inner_texts())
    labels = {label: action for action, label in action_names(FakeView()).items()}
    return {labels[label]: word == "ja" for label, word in told.items()}


class FakeView:
    """As much of a view as names need."""

    text = staticmethod(Language("de").text)


@pytest.mark.parametrize("role", ROLES)
def test_pages_offer_what_the_role_allows_in_its_municipality_and_nothing_elsewhere(
    context: BrowserContext, url: str, store: Store, provider: str, role: str
) -> None:
    page = context.new_page()
    sign_in(page, f"{url}/zugang?ags={A}", role)
    person = person_of(store, account_of(provider, role))
    assert dict(person.roles) == {A: role}
    for place in (A, B):
        if place == B:
            page.goto(f"{url}/zugang?ags={B}")
            settle(page)
        assert rights(page) == {action: person.may(action, place) for action in ACTIONS}
        assert any(rights(page).values()) is (place == A)
        for heading, action in (("Rollen", "roles"), ("Freigabe-Links", "share")):
            shown = page.get_by_role("heading", name=heading, exact=True).count()
            assert bool(shown) is person.may(action, place), (heading, place)
    expect(page.get_by_role("button", name="Rolle für Neubrandenburg anfragen")).to_be_visible()
    forged(store, person)
    if role == "reader":
        page.goto(f"{url}/eigene-daten?ags={A}")
        settle(page)
        assert page.locator("input[type=file]").count() == 0
        expect(page.get_by_text("dürfen Sie lesen, aber nicht bearbeiten")).to_be_visible()


def forged(store: Store, person: Person) -> None:
    """Ask the services directly, as this person, for all they may not: each is refused and nothing is stored."""
    plans, before = Plans(store, person), store.state()
    for place in (A, B):
        asked = {
            "read_internal": lambda place=place: plans.stored(place),
            "edit": lambda place=place: plans.save(place, Entry("f", "F"), seen_version=0, request_id=f"f:{place}"),
            "publish": lambda place=place: plans.publish(place, "head", "head", request_id=f"p:{place}"),
            "share": lambda place=place: Guests(store, person).create("x", Target("plan", place)),
            "roles": lambda place=place: Roles(store, person).grant(person.account, place, "admin"),
        }
        for action, call in asked.items():
            if not person.may(action, place):
                with pytest.raises(Denied):
                    call()
        for action in ACTIONS:
            if not person.may(action, place):
                with pytest.raises(Denied):
                    require(person, action, place)
    for call in (lambda: Roles(store, person).grant(person.account, EVERYWHERE, "admin"),
                 lambda: Sessions(store).end_all(ADMIN.account, person)):  # fmt: skip
        with pytest.raises(Denied):
            call()
    assert store.state() == before


def test_sessions_end_within_five_seconds_and_a_role_is_asked_for_and_given(
    context: BrowserContext, url: str, store: Store, provider: str
) -> None:
    page, account = context.new_page(), account_of(provider, "guest")
    sign_in(page, f"{url}/zugang?ags={A}", "guest")
    expect(page.get_by_text("Sie sind angemeldet, haben aber noch keine Rolle.")).to_be_visible()
    page.locator(".st-key-ask_role button").click()
    expect(page.get_by_text("Ihre Anfrage liegt vor.", exact=False)).to_be_visible()
    assert store.get("account", account).body == {"name": "guest@muster.example", "asked": [A]}
    Roles(store, ADMIN).grant(account, A, "decider")
    begun = until_shown(page, "Freigabe-Links")
    assert begun < 5
    Sessions(store).end_all(account, ADMIN)
    ended = until_shown(page, "Ihre Sitzung wurde beendet. Bitte melden Sie sich neu an.")
    assert ended < 5
    assert not any(rights(page).values())
    assert page.get_by_role("heading", name="Freigabe-Links").count() == 0
    time.sleep(1)
    page.locator(".st-key-sign_in button").click()
    page.locator("input[name=sub]").fill("guest")
    page.get_by_role("button", name="Authorize", exact=True).click()
    page.wait_for_url(f"{url}/zugang?ags={A}")
    settle(page)
    expect(page.get_by_role("heading", name="Freigabe-Links")).to_be_visible()
    page.get_by_role("button", name="Angemeldet").click()
    page.get_by_role("button", name="Abmelden").click()
    page.get_by_role("button", name="End session").click()  # at the provider, which sends back to the dashboard
    expect(page.locator(".st-key-sign_in button")).to_be_visible(timeout=30_000)
    assert [draft for draft in store.drafts(account) if (draft.form, draft.kind) == (FORM, ENDED)]


def until_shown(page: Page, text: str) -> float:
    """Do something on the page until it shows a text; return the seconds that took."""
    begun = time.monotonic()
    menu = page.get_by_role("button", name="Neubrandenburg").or_(page.locator(".st-key-pick_place button")).first
    while not page.get_by_text(text).count() and time.monotonic() - begun < 10:
        menu.click()
        page.wait_for_timeout(250)
    return time.monotonic() - begun


def test_old_cookies_and_forged_ones_are_worth_nothing(
    browser: Browser, browser_context_args: dict, url: str, store: Store, provider: str
) -> None:
    now, account = time.time(), account_of(provider, "editor")
    active = claims(provider, now - 2 * 3600, "active")
    store.keep_draft(
        account, FORM, "session", sign_in_of(account, active).id, {"last": now - 1800, "epoch": 0}, version_seen=0
    )
    shown = {
        "idle": (claims(provider, now - 2 * 3600, "idle"), SECRET, "weil länger nichts geschehen ist"),
        "too long": (claims(provider, now - 13 * 3600, "old"), SECRET, "nach der längsten erlaubten Dauer beendet"),
        "active": (active, SECRET, "Ihr Konto: "),
        "forged": (claims(provider, now, "forged"), "another secret", "Zum Bearbeiten melden Sie sich bitte an"),
    }
    for case, (content, secret, text) in shown.items():
        context = browser.new_context(**browser_context_args)
        value = create_signed_value(secret, "_streamlit_user", json.dumps({**content, "origin": url})).decode()
        context.add_cookies([{"name": "_streamlit_user", "value": value, "url": url}])
        page = context.new_page()
        page.goto(f"{url}/zugang?ags={A}")
        settle(page)
        assert page.get_by_text(text).count() == 1, case
        assert rights(page)["edit"] is (case == "active"), case
        context.close()


def claims(provider: str, at: float, nonce: str) -> dict[str, object]:
    return {
        "iss": provider,
        "sub": "editor",
        "iat": int(at),
        "nonce": nonce,
        "is_logged_in": True,
        "provider": "default",
    }


def test_a_guest_link_shows_its_plan_without_an_account_and_gives_no_right(
    context: BrowserContext, url: str, store: Store
) -> None:
    plans = Plans(store, ADMIN)
    plans.save(B, Head("Synthetischer Plan"), seen_version=0, request_id="head")
    plans.save(
        B,
        Entry("e1", "Synthetischer Eintrag", note="Interne Notiz", start=date(2026, 1, 1)),
        seen_version=0,
        request_id="e1",
    )
    token = Guests(store, ADMIN).create("Für den Beirat", Target("plan", B))
    page = context.new_page()
    page.goto(f"{url}/freigabe?token={token}")
    settle(page)
    expect(page.get_by_text("Für den Beirat")).to_be_visible()
    expect(page.get_by_text("Synthetischer Plan").first).to_be_visible()
    assert page.get_by_text("Interne Notiz").count() == 0
    assert page.locator(".st-key-frame").count() == 0
    page.goto(f"{url}/werkstattplan?ags={B}&token={token}")
    settle(page)
    assert page.get_by_text("Synthetischer").count() == 0

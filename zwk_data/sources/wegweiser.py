"""Wegweiser Kommune (Bertelsmann Stiftung): JSON interface with figures for Gemeinden from 5,000 inhabitants.

Regions and indicators are named by addresses that are looked up in the provider's own lists before anything is asked.
An answer that is too long comes with fewer regions than asked for and says so only in a remark: it is asked for again
in halves. Rates come per 1,000, shares in percent, projections to 2040.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc

from zwk_data.sources.archive import Download
from zwk_data.sources.errors import EmptyAnswer, Implausible, Incomplete, Moved, NotData, ParseError, ServiceError
from zwk_data.sources.http import Answer, Client, Params
from zwk_data.sources.provider import Part, Question, Scope
from zwk_data.sources.wegweiser_reading import (
    RECORDED,
    SELECTIONS,
    Selection,
    age_group,
    partition,
    place_of,
    tidy,
)

NAME_DE = "Wegweiser Kommune"
PARSER_VERSION = 2
BASE_URL = "https://www.wegweiser-kommune.de/data-api"
ENVIRONMENT = "ZWK_WEGWEISER_URL"
PAUSE = 1.0  # seconds before every request, as others do
EVERYTHING = 20_000  # the lists hold ten entries unless told otherwise
LONGEST_NAMES = 1_500  # characters of regions in one address
MOST_REGIONS = 80
ORDER = ("BUND", "BUNDESLAND", "LANDKREIS", "GEMEINDE")  # widest first; a kreisfreie Stadt counts as a Landkreis
SMALLEST = 5_500  # inhabitants: safely above the limit of the provider
LEAST_SHARE = 0.95
ROUNDING = 1.5  # percentage points that ten rounded shares may miss 100 by


def base_url() -> str:
    """Address of the interface, replaceable by the environment for tests and mirrors."""
    return os.environ.get(ENVIRONMENT, BASE_URL).rstrip("/")


def datasets() -> tuple[str, ...]:
    """Return the datasets that can be asked for."""
    return tuple(SELECTIONS)


def unavailable_de() -> str:
    """Return why nothing can be asked: never, the provider wants no account."""
    return ""


# --- asking ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Group:
    """Indicators that can be asked together: same statistic, same years, same levels."""

    slugs: tuple[str, ...]
    years: tuple[int, ...]
    levels: tuple[str, ...]


def questions(dataset: str, scope: Scope, client: Client) -> list[Question]:
    """Return the requests by Land, after a look into the lists of regions, indicators and topics.

    Raises:
        Moved: an indicator or a topic is no longer there.
    """
    selection = SELECTIONS[dataset]
    version = _version(client)
    regions = _regions(_list(client, "region"))
    chosen = _chosen(selection, client)
    found = []
    for group in _groups(chosen, scope):
        for slugs in _batches(regions, group.levels):
            found.append(_Asked(group.slugs, tuple(slugs), group.years, version).question(dataset))
    return found


@dataclass(frozen=True)
class _Asked:
    """What one request asks for. It stands in the question's ``content``, which a GET does not send."""

    slugs: tuple[str, ...]
    regions: tuple[str, ...]
    years: tuple[int, ...]
    version: str

    def question(self, dataset: str) -> Question:
        """Return the request; a new version of the provider's database makes it another one."""
        first, last = self.years[0], self.years[-1]
        names = "+".join(quote(part, safe="") for part in (*self.slugs, *self.regions, f"{first}-{last}", "tabelle"))
        return Question(
            dataset, f"{base_url()}/rest/statistics/data/{names}", content=json.dumps(asdict(self)),
            cells=len(self.regions) * len(self.slugs) * len(self.years),
            label_de=f"{len(self.regions)} Orte, {len(self.slugs)} Merkmale, {first}–{last}",
        )  # fmt: skip

    @classmethod
    def of(cls, question: Question) -> "_Asked":
        """Read it back."""
        told = json.loads(question.content)
        return cls(tuple(told["slugs"]), tuple(told["regions"]), tuple(told["years"]), str(told["version"]))

    def halves(self) -> "list[_Asked]":
        """Split the regions in two."""
        middle = len(self.regions) // 2
        return [replace(self, regions=some) for some in (self.regions[:middle], self.regions[middle:])]


def _list(client: Client, kind: str) -> list[dict[str, Any]]:
    content = _json(_get(client, f"{base_url()}/rest/{kind}/list", (("max", str(EVERYTHING)),)))
    if not isinstance(content, list) or not content:
        raise EmptyAnswer(f"list of {kind}")
    return content


def _version(client: Client) -> str:
    """Return the date of the provider's database as it is told, empty where it is not."""
    answer = _get(client, f"{base_url()}/rest/statistics/version")
    text = answer.body.decode("utf-8", "replace").strip().strip('"')
    return text if answer.status == 200 and len(text) < 60 and "<" not in text else ""


def _get(client: Client, url: str, params: Params = ()) -> Answer:
    client.sleep(PAUSE)
    return client.get(url, params)


def _json(answer: Answer) -> Any:
    if answer.status in (404, 410):
        raise Moved(f"HTTP {answer.status}", "Wegweiser Kommune kennt die angefragten Merkmale oder Orte nicht mehr.")
    first = answer.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if answer.status != 200:
        raise ServiceError(f"HTTP {answer.status}")
    if first not in (b"{", b"["):
        raise NotData(f"content type {answer.content_type!r}")
    try:
        return json.loads(answer.body.decode("utf-8-sig"))
    except ValueError as error:
        raise NotData(f"broken JSON: {error}", "Die Antwort der Quelle ist unvollständig oder beschädigt.") from None


def _chosen(selection: Selection, client: Client) -> list[dict[str, Any]]:
    """Return the indicators of a selection as the lists describe them. Raises Moved where one is gone."""
    topics = {str(topic["friendlyUrl"]): topic for topic in _list(client, "topic")} if _wants_topics(selection) else {}
    found: list[dict[str, Any]] = []
    if selection.single:
        offered = (
            _of_topic(topics, selection.single_from)
            if selection.single_from
            else [one for one in _list(client, "indicator") if str(one.get("type")) == RECORDED]
        )
        for wanted in selection.single:
            fitting = [one for one in offered if wanted.fits(str(one["friendlyUrl"]), str(one["name"]))]
            if not fitting and wanted.required:
                raise _gone("das Merkmal", (*wanted.slugs, *wanted.names)[0])
            found += fitting[:1]
    for slug, _ in selection.topics:
        groups = {str(one["friendlyUrl"]): one for one in _of_topic(topics, slug) if age_group(str(one["name"]))}
        chosen = partition({key: ages for key, one in groups.items() if (ages := age_group(str(one["name"])))})
        found += [groups[key] for key in chosen]
    return found


def _wants_topics(selection: Selection) -> bool:
    return bool(selection.topics or selection.single_from)


def _of_topic(topics: Mapping[str, Mapping[str, Any]], slug: str) -> list[dict[str, Any]]:
    """Return the indicators of a topic and of the topics inside it."""
    if slug not in topics:
        raise _gone("das Thema", slug)
    found: list[dict[str, Any]] = list(topics[slug].get("indicators") or [])
    for inner in topics[slug].get("topics") or []:
        found += inner.get("indicators") or []
    return found


def _gone(what: str, name: str) -> Moved:
    return Moved(f"{name} is not in the list", f"Wegweiser Kommune führt {what} »{name}« nicht mehr.")


def _groups(chosen: Sequence[Mapping[str, Any]], scope: Scope) -> list[_Group]:
    """Sort indicators into groups that can be asked together. Raises ParseError for one without years."""
    sorted_in: dict[tuple[str, tuple[int, ...], tuple[str, ...]], list[str]] = {}
    for one in chosen:
        years = tuple(sorted(int(year) for year in one.get("years") or () if int(year) >= scope.first_year(0)))
        if not years:
            raise ParseError(f"{one['friendlyUrl']} without years")
        key = (str(one.get("type")), years, _levels(str(one.get("minimumRegionType") or "")))
        sorted_in.setdefault(key, []).append(str(one["friendlyUrl"]))
    return [_Group(tuple(slugs), years, levels) for (_, years, levels), slugs in sorted_in.items()]


def _levels(smallest: str) -> tuple[str, ...]:
    """Return the kinds of regions an indicator has figures for; all where the list does not say."""
    name = "LANDKREIS" if smallest == "KREISFREIE_STADT" else smallest
    levels = ORDER[: ORDER.index(name) + 1] if name in ORDER else ORDER
    return (*levels, "KREISFREIE_STADT") if "LANDKREIS" in levels else levels


def _regions(listed: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    """Return kind, canonical key and address of each region with figures, ordered by key."""
    found = []
    for one in listed:
        place = place_of(one) if str(one.get("type")) in (*ORDER, "KREISFREIE_STADT") else None
        if place:
            found.append((str(one["type"]), place, str(one["friendlyUrl"])))
    return sorted(found, key=lambda entry: (len(entry[1]) > 2, entry[1], entry[2]))


def _batches(regions: Sequence[tuple[str, str, str]], levels: Sequence[str]) -> Iterator[list[str]]:
    """Yield addresses of regions, Germany with the Länder first, then Land by Land, each short enough for one URL."""
    batch: list[str] = []
    before = ""
    for kind, place, slug in regions:
        if kind not in levels:
            continue
        land = place[:2] if len(place) > 2 else "DG"
        if batch and (land != before or len(batch) >= MOST_REGIONS or len("+".join(batch)) > LONGEST_NAMES):
            yield batch
            batch = []
        batch.append(slug)
        before = land
    if batch:
        yield batch


def ask(question: Question, client: Client, scope: Scope) -> list[Download]:
    """Settle one request, in halves where the answer was cut short for its length. Raises a SourceError."""
    asked = _Asked.of(question)
    answer = _get(client, question.url)
    given = _given(_json(answer), asked)
    if given < set(asked.regions):
        if len(asked.regions) == 1:
            return []  # listed, but without figures: what may be missing is counted when all answers are there
        return [one for half in asked.halves() for one in ask(half.question(question.dataset), client, scope)]
    return [
        Download(
            question.dataset, question.url, (), answer.body, answer.content_type, answer.retrieved_at,
            _moment(asked.version),
        )
    ]  # fmt: skip


def _given(content: Any, asked: _Asked) -> set[str]:
    """Return which regions an answer holds; raises where it is none, or holds other years or indicators than asked."""
    data = content.get("data") if isinstance(content, dict) else None
    if not isinstance(data, dict) or not isinstance(data.get("regions"), list):
        raise ServiceError(f"no data: {str(content)[:200]}")
    years = {int(year) for year in content.get("years") or ()}
    if lost := sorted(set(asked.years) - years):
        raise Incomplete(f"without {lost}", f"In der Antwort fehlen Jahre, zuerst {lost[0]}.")
    indicators = {str(one.get("friendlyUrl")) for one in data.get("indicators") or ()}
    if lost_names := sorted(set(asked.slugs) - indicators):
        raise Incomplete(f"without {lost_names}", f"In der Antwort fehlen Merkmale, zuerst »{lost_names[0]}«.")
    given = {str(region.get("friendlyUrl")) for region in data["regions"]}
    if strange := sorted(given - set(asked.regions)):
        raise ParseError(f"regions nobody asked for: {strange[:3]}")
    return given


def _moment(version: str) -> datetime | None:
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(version[:10], form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


# --- reading and checking --------------------------------------------------------------------------------------------


def tables(dataset: str, parts: Sequence[Part], scope: Scope) -> Iterator[pa.Table]:
    """Yield one table per year. Raises a SourceError."""
    yield from tidy(dataset, [json.loads(part.read().decode("utf-8-sig")) for part in parts])


def check(dataset: str, table: pa.Table, scope: Scope) -> None:
    """Refuse a year that lacks Länder, Kreise or the Gemeinden the provider covers; raises Incomplete."""
    valued = table.filter(pc.is_valid(table["value"]))
    given = set(pc.unique(valued["ags"]).to_pylist())
    day = table["reference_date"][0].as_py()
    expected = {
        "Länder": [ags for ags in scope.current if scope.level_of.get(ags) == "land"],
        "Kreise": [ags for ags in scope.current if scope.level_of.get(ags) == "kreis"],
        "Gemeinden": [ags for ags in scope.current if len(ags) == 8 and scope.population.get(ags, 0) >= SMALLEST],
    }
    for name, places in expected.items():
        found = sum(ags in given for ags in places)
        if found < LEAST_SHARE * len(places):
            raise Incomplete(
                f"{found} of {len(places)} {name} on {day}",
                f"Zum {day:%d.%m.%Y} liegen {found} statt {len(places)} {name} vor.",
            )
    _check_shares(valued)


def _check_shares(valued: pa.Table) -> None:
    """Shares of all age groups of a place add up to 100 percent, but for rounding."""
    shares = valued.filter(pc.is_in(valued["measure"], pa.array(["population_share", "projected_share"])))
    sums = shares.group_by(["ags", "reference_date"]).aggregate([("value", "sum"), ("value", "count")])
    whole = sums.filter(pc.equal(sums["value_count"], pc.max(sums["value_count"])))
    wrong = whole.filter(pc.greater(pc.abs(pc.subtract(whole["value_sum"], 100.0)), ROUNDING))
    if wrong.num_rows:
        row = wrong.to_pylist()[0]
        raise Implausible(
            f"{wrong.num_rows} sums, first {row}",
            f"Die Anteile der Altersgruppen ergeben nicht 100 Prozent (zuerst bei {row['ags']}).",
        )

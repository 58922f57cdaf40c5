"""The register of places: resolving keys, finding by any spelling, and who is compared with whom."""

import difflib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

GERMANY = "DG"
QUARTER = "quartier"  # level of a part of a town, known from its own data; key: that of the town, "-", the name


class UnknownPlace(KeyError):
    """No place has this key; ``nearest`` names the most similar ones."""

    def __init__(self, text: str, nearest: Sequence["Place"] = ()) -> None:
        super().__init__(text)
        self.text = text
        self.nearest = tuple(nearest)


@dataclass(frozen=True)
class Place:
    """A place of the register; ``ags`` is its canonical key, ``population`` the newest total known here."""

    ags: str
    level: str
    name: str
    name_official: str
    type: str
    kreis: str | None
    land: str | None
    nuts3: str | None
    lon: float | None
    lat: float | None
    degurba: int | None
    is_own_gemeinde: bool
    current: bool
    population: float = 0.0

    @property
    def counts_as(self) -> frozenset[str]:
        """The levels this place is comparable with: a kreisfreie Stadt is a Kreis and a Gemeinde."""
        return frozenset({self.level, "gemeinde"}) if self.is_own_gemeinde else frozenset({self.level})


def town_of(place: Place) -> str | None:
    """Return the key of the town that a quarter belongs to; None for every other place."""
    return place.ags.partition("-")[0] if place.level == QUARTER else None


def fold(text: str) -> str:
    """Return a spelling without case, accents and umlauts (ä -> ae, ß -> ss)."""
    text = text.casefold()
    for umlaut, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = text.replace(umlaut, plain)
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _bare(text: str) -> str:
    """Return a spelling with the dots of an umlaut simply left out (ä -> a), as on foreign keyboards."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


class Places:
    """All places, in memory: about 12,000."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._by_key = {place.ags: place for place in places}
        self._similar: dict[tuple[str, int], list[Place]] = {}  # a place's answer never changes

    def __iter__(self) -> Iterator[Place]:
        return iter(self._by_key.values())

    def __len__(self) -> int:
        return len(self._by_key)

    def __contains__(self, ags: str) -> bool:
        return ags in self._by_key

    def __getitem__(self, ags: str) -> Place:
        return self._by_key[ags]

    def renamed(self, names: Mapping[str, str]) -> "Places":
        """Return the same places, some under another name.

        Args:
            names: the other names by key.
        """
        return Places(replace(o, name=names[o.ags]) if o.ags in names else o for o in self._by_key.values())

    def resolve(self, text: str) -> Place:
        """Return the place of a key in any accepted form: DE, 15001 or 15001000, 05758012.

        Raises:
            UnknownPlace: no such key; with the nearest matches by name.
        """
        place = self._keyed(text)
        if place is None:
            raise UnknownPlace(text, self.nearest(text))
        return place

    def _keyed(self, text: str) -> Place | None:
        key = text.strip().lower() if "-" in text else text.strip().upper()  # quarters have a name in their key
        key = GERMANY if key == "DE" else key
        if key not in self._by_key and len(key) == 8 and key.endswith("000"):
            key = key[:5]
        return self._by_key.get(key)

    @cached_property
    def _spellings(self) -> list[tuple[str, str, Place]]:
        return [(fold(place.name), _bare(place.name), place) for place in self._by_key.values()]

    def find(self, text: str, limit: int = 20) -> list[Place]:
        """Return places by key or part of a name, the best match first; umlauts may be spelt in any way."""
        wanted, bare = fold(text.strip()), _bare(text.strip())
        if not wanted:
            return []
        if exact := self._keyed(text):
            hits = [(0, exact)]
        elif wanted.isdigit():
            hits = [(0, place) for place in self._by_key.values() if place.ags.startswith(wanted)]
        else:
            hits = [
                (rank, place)
                for folded, plain, place in self._spellings
                if (rank := min(_match(wanted, folded), _match(bare, plain))) < 9
            ]
        hits.sort(key=lambda hit: (not hit[1].current, hit[0], -hit[1].population, hit[1].ags))
        return [place for _, place in hits[:limit]]

    def nearest(self, text: str, limit: int = 5) -> list[Place]:
        """Return the most similar places where nothing matches: parts first, then similar spellings or keys."""
        if found := self.find(text, limit):
            return found
        if text.strip().isdigit():
            keys = difflib.get_close_matches(text.strip(), self._by_key, limit, 0.6)
            return [self._by_key[key] for key in keys]
        close = difflib.get_close_matches(fold(text), self._words, limit, 0.6)
        similar = sorted((place for word in close for place in self._words[word]), key=lambda p: -p.population)
        similar.sort(key=lambda place: min(n for n, word in enumerate(close) if place in self._words[word]))
        return [*dict.fromkeys(similar)][:limit]

    @cached_property
    def _words(self) -> dict[str, list[Place]]:
        """Whole names and their longer words (Herford in Kreis Herford) of the current places, folded."""
        found: dict[str, list[Place]] = {}
        for folded, _, place in self._spellings:
            for word in {folded, *folded.replace("-", " ").split()} if place.current else ():
                if len(word) > 3 or word == folded:
                    found.setdefault(word, []).append(place)
        return found

    def members(self, parent: str, level: str) -> list[Place]:
        """Return the current Kreise of Germany or a Land, or the Gemeinden of a Kreis, Land or Germany."""
        return [
            place
            for place in self._by_key.values()
            if place.current and level in place.counts_as and parent in (GERMANY, place.land, place.kreis)
        ]

    def ancestors(self, place: Place) -> list[Place]:
        """Return the town of a quarter, the own Kreis, the Land and Germany, as far as they lie above the place."""
        keys = [town_of(place), place.kreis, place.land, GERMANY]
        return [self._by_key[key] for key in dict.fromkeys(keys) if key and key != place.ags and key in self._by_key]

    def similar(self, place: Place, count: int = 5) -> list[Place]:
        """Return the places of the same kind nearest in population, of the same degree of urbanisation where known.

        A plain rule that anyone can retrace: same level, same settlement type, smallest ratio of inhabitants.
        """
        if not place.population or place.level in ("germany", "land", QUARTER):
            return []
        if (place.ags, count) not in self._similar:
            self._similar[place.ags, count] = self._nearest_in_size(place, count)
        return list(self._similar[place.ags, count])

    def _nearest_in_size(self, place: Place, count: int) -> list[Place]:
        kind = (place.level, place.degurba)
        pool = [o for o in self._by_key.values() if o.current and o.population and o.ags != place.ags]
        same = [other for other in pool if (other.level, other.degurba) == kind]
        same.sort(key=lambda o: (max(o.population, place.population) / min(o.population, place.population), o.ags))
        return same[:count]


def _match(wanted: str, name: str) -> int:
    """Rank a match: 0 whole, 1 beginning, 2 beginning of a word, 3 inside, 9 none."""
    position = name.find(wanted)
    if position < 0:
        return 9
    if position == 0:
        return 0 if len(name) == len(wanted) else 1
    words = f" {name}".replace("-", " ").replace("(", " ")
    return 2 if f" {wanted}" in words else 3

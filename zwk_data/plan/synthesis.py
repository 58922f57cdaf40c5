"""The entries of a plan as a toolbox, and what several concepts say to the same themes: who, twice, and nobody.

All of it follows from the plan alone and from fixed rules, so that the same plan always gives the same marks.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Literal, get_args

from zwk_data.plan.model import Concept, Entry, Mention, Plan, ToolboxTheme

Shelf = Literal["exists", "wanted", "planned", "open", "dropped"]
SHELVES: tuple[Shelf, ...] = get_args(Shelf)
FOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
# Words that say nothing about the matter, already folded, and endings that only bend a word.
FILLERS = frozenset({
    "aber", "als", "am", "an", "auch", "auf", "aus", "bei", "bis", "das", "dem", "den", "der", "des", "die", "durch",
    "ein", "eine", "einem", "einen", "einer", "eines", "fuer", "im", "in", "ins", "ist", "mehr", "mit", "nach", "neu",
    "oder", "sind", "sowie", "ueber", "um", "und", "unter", "vom", "von", "vor", "zu", "zum", "zur",
})  # fmt: skip
ENDINGS = ("ungen", "ung", "ens", "ern", "en", "em", "er", "es", "e", "n", "s")
SHORTEST = 4  # letters that stay of a word when an ending goes
ALIKE = 0.5  # share of common words from which two texts count as nearly the same


def slug(theme: str) -> str:
    """Return a theme as a plain id for addresses: ``Gesundheit und Pflege`` -> ``gesundheit_und_pflege``."""
    return "_".join(_words(theme))


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.casefold().translate(FOLDED))


THEMES: dict[str, ToolboxTheme] = {slug(theme): theme for theme in get_args(ToolboxTheme)}


def shelf(entry: Entry) -> Shelf:
    """Tell where an entry stands in the toolbox.

    ``exists``: the entry says so; ``planned``: a measure of the plan; ``wanted``: idea, option or recommendation;
    ``open``: nothing is said; ``dropped``: given up.
    """
    if entry.status == "verworfen":
        return "dropped"
    if entry.exists:
        return "exists"
    if entry.stage == "action":
        return "planned"
    return "wanted" if entry.stage else "open"


@lru_cache(maxsize=4096)
def tokens(text: str) -> frozenset[str]:
    """Return the words of a text that count: folded, without fillers, without endings."""
    return frozenset(_stem(word) for word in _words(text) if len(word) > 1 and word not in FILLERS)


def _stem(word: str) -> str:
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
            return word[: -len(ending)]
    return word


def likeness(first: str, second: str) -> float:
    """Return the common words of two texts as a share of all their words, 0 to 1; 0 where one has none."""
    one, other = tokens(first), tokens(second)
    return len(one & other) / len(one | other) if one and other else 0.0


@dataclass(frozen=True)
class Statement:
    """What a concept says, as an entry of the plan took it up."""

    concept: Concept
    entry: Entry
    mention: Mention


@dataclass(frozen=True)
class Doubled:
    """Two statements of different concepts to one theme that are nearly the same; ``share`` of common words."""

    first: Statement
    second: Statement
    share: float


def statements(plan: Plan, theme: str | None = None) -> list[Statement]:
    """Return what the concepts say, of all themes or one (empty: none), in the order of the concepts and the plan."""
    return [
        Statement(concept, entry, mention)
        for concept in plan.concepts
        for entry in plan.entries
        for mention in entry.mentions
        if mention.concept == concept.id and (theme is None or touches(entry, theme))
    ]


def doubles(plan: Plan, theme: str) -> list[Doubled]:
    """Return pairs of statements to one theme from different concepts: the same entry, or nearly the same words."""
    pairs = combinations(statements(plan, theme), 2)
    found = ((one, other, _alike(one, other)) for one, other in pairs if one.concept.id != other.concept.id)
    return [Doubled(one, other, share) for one, other, share in found if share >= ALIKE]


def _alike(one: Statement, other: Statement) -> float:
    """Return how alike two statements are: by title or by what is said, whichever is more; one entry is the same."""
    if one.entry.id == other.entry.id:
        return 1.0
    said = likeness(one.mention.says or "", other.mention.says or "")
    return max(said, likeness(one.entry.title, other.entry.title))


def touches(entry: Entry, theme: str) -> bool:
    """Tell whether an entry belongs to a theme; to the empty one belongs what has none."""
    return theme in entry.themes if theme else not entry.themes


def entries_of(plan: Plan, theme: str) -> list[Entry]:
    """Return the entries that touch a theme, without those given up."""
    return [entry for entry in plan.entries if touches(entry, theme) and shelf(entry) != "dropped"]


def gaps(plan: Plan) -> Iterator[tuple[ToolboxTheme, Literal["entry", "concept"]]]:
    """Yield the themes with a gap: no entry touches it, or none of the concepts says anything to it."""
    for theme in THEMES.values():
        if not entries_of(plan, theme):
            yield theme, "entry"
        elif not statements(plan, theme):
            yield theme, "concept"


def silent(plan: Plan) -> list[Concept]:
    """Return the concepts that no entry names."""
    named = {mention.concept for entry in plan.entries for mention in entry.mentions}
    return [concept for concept in plan.concepts if concept.id not in named]

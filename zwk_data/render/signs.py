"""Signs that files cannot hold: what is put in their place, once for all media."""

from typing import Any

BLANKED = [*(set(range(32)) - {9, 10}), 0xFFFE, 0xFFFF]  # XML has none of these
ALONE = range(0xD800, 0xE000)  # halves of a pair: no encoding writes one alone
_XML = str.maketrans(dict.fromkeys(BLANKED, " ") | dict.fromkeys(ALONE, "\N{REPLACEMENT CHARACTER}"))
_WHOLE = str.maketrans(dict.fromkeys(ALONE, "\N{REPLACEMENT CHARACTER}"))
LONGEST_PROPERTY = 255  # signs of a title in the properties of an Office file


def clean(text: str) -> str:
    """Return a text with a blank in place of signs that XML cannot hold, and halves of pairs as lost signs."""
    return text.translate(_XML)


def whole(text: str) -> str:
    """Return a text that can be encoded: halves of pairs become the sign for a lost sign, all others stay."""
    return text if text.isascii() else text.translate(_WHOLE)


def held(value: Any) -> Any:
    """Return plain data (texts, numbers, lists, dictionaries) with all their texts clean."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {name: held(part) for name, part in value.items()}
    return [held(part) for part in value] if isinstance(value, list | tuple) else value


def of_property(text: str) -> str:
    """Return a text for the properties of an Office file, cut where it is longer than they may be."""
    kept = clean(text)
    return kept if len(kept) <= LONGEST_PROPERTY else kept[: LONGEST_PROPERTY - 1] + "…"

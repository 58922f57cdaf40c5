"""Colours and type sizes of all media: one accent for *my place*, a second for the comparison, greys for all others.

All pairs of ink and paper have a contrast of at least 4.5:1, lines and areas at least 3:1.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """Colours of one appearance.

    ``sequential`` and ``diverging`` run from low to high, with a neutral middle. ``parts`` are three tints of the
    accent, from what is certain to what is assumed; the last has a line of ``focus`` around it.
    """

    paper: str
    ink: str
    muted: str
    grid: str
    focus: str
    second: str
    others: tuple[str, ...]
    soft: str
    parts: tuple[str, str, str]
    missing: str
    sequential: tuple[str, ...]
    diverging: tuple[str, ...]
    map_style: str


LIGHT = Palette(
    paper="#ffffff", ink="#0f1418", muted="#566068", grid="#e4e8ea", focus="#0b6e75", second="#b4500a",
    others=("#6b757d", "#879199", "#4d565d", "#99a2a9", "#737d85", "#5d676e", "#8d979e", "#a3abb1"),
    soft="#cfe5e6", parts=("#0b6e75", "#4f9fa5", "#cfe5e6"), missing="#e3e6e8",
    sequential=("#e6f1f1", "#b9d9db", "#86bdc1", "#4f9fa5", "#1f7f86", "#0a5a60", "#063c41"),
    diverging=("#9a4708", "#d07a35", "#eec39d", "#f1efea", "#a9cdd0", "#4d959b", "#0b565c"),
    map_style="style-light.json",
)  # fmt: skip

DARK = Palette(
    paper="#12161b", ink="#e8e6e1", muted="#a3abb2", grid="#2b333b", focus="#4db6bd", second="#f0a35e",
    others=("#9aa3aa", "#7f8991", "#b4bbc0", "#717b83", "#8b959c", "#a7afb5", "#79838b", "#69737b"),
    soft="#1f4a4e", parts=("#4db6bd", "#256f75", "#16373a"), missing="#2a3138",
    sequential=("#16373a", "#1d5256", "#256f75", "#2f8f96", "#4db6bd", "#86d3d8", "#c6eef0"),
    diverging=("#f0a35e", "#c27a3a", "#7d5530", "#3a3f45", "#2d6a6f", "#3f9aa1", "#7fd3d9"),
    map_style="style-dark.json",
)  # fmt: skip


def series_colours(names: list[str], focus: str, second: str, palette: Palette) -> dict[str, str]:
    """Return one colour per series: the accents for the two in focus, greys for the others."""
    rest = [name for name in names if name not in (focus, second)]
    greys = {name: palette.others[position % len(palette.others)] for position, name in enumerate(rest)}
    return {name: {focus: palette.focus, second: palette.second}.get(name) or greys[name] for name in names}

"""Maps as native shapes: one freeform per place inside a group, classes as on the screen, a legend with counts."""

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import quoteattr

from pptx.oxml import parse_xml

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.language import Language
from zwk_data.render.palette import LIGHT
from zwk_data.render.pptx.box import POINT, Box
from zwk_data.render.pptx.native_chart import SMALL
from zwk_data.render.pptx.writing import rectangle, text_box
from zwk_data.render.signs import clean
from zwk_data.render.tabular import cells
from zwk_data.render.vega.base import Room, column_of
from zwk_data.render.vega.maps import classes, features, polygons

P = "http://schemas.openxmlformats.org/presentationml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
MOST_PLACES = 700  # native shapes that a program still moves without waiting
LEGEND = 0.30  # of the width
FINEST = POINT // 2  # EMU: two points of a border closer than that are one
Point = tuple[int, int]


def draw_map(slide: Any, exhibit: Exhibit, language: Language, box: Box) -> bool:
    """Draw a map and its legend; False where there are more places than a slide can hold."""
    if len(exhibit.table) > MOST_PLACES:
        return False
    room = Room(box.width / POINT, box.height / POINT, language, LIGHT)
    shown = classes(exhibit, room)
    shapes = features(str(exhibit.marks.options["file"]))
    keys = [str(key) for key in exhibit.table["ags"]]
    paths = _paths(str(exhibit.marks.options["file"]), tuple(keys), box.part(0, 0, 1 - LEGEND, 1))
    colours = [one.colour for one in shown]
    words = cells(exhibit.table[exhibit.marks.y], column_of(exhibit, exhibit.marks.y), language)
    names = exhibit.table["place"] if "place" in exhibit.table.columns else exhibit.table["ags"]
    tree, before = slide.shapes._spTree, len(slide.shapes._spTree)
    # The legend is made first: every shape added asks for the highest number, beside 400 places for long.
    _legend(slide, shown, language, box.part(1 - LEGEND + 0.02, 0.05, LEGEND - 0.02, 0.9))
    first = max((int(place.get("id")) for place in tree.iter(f"{{{P}}}cNvPr")), default=1) + 1
    drawn = [
        _place(first + 1 + number, key, f"{name}: {value}", paths[key],
               colours[klass] if klass >= 0 else LIGHT.missing, own=key == exhibit.marks.focus)
        for number, (key, name, value, klass) in enumerate(zip(keys, names, words, exhibit.table["klass"], strict=True))
        if key in shapes
    ]  # fmt: skip
    own = [shape for shape, mine in zip(drawn, [key == exhibit.marks.focus for key in keys if key in shapes],
                                        strict=True) if mine]  # fmt: skip
    others = [shape for shape in drawn if shape not in own] if own else drawn
    tree.insert(before, _group(first, exhibit, others + own, box.part(0, 0, 1 - LEGEND, 1)))
    return True


@lru_cache(maxsize=8)
def _paths(file: str, keys: tuple[str, ...], box: Box) -> dict[str, tuple[Box, str]]:
    """Return frame and outline of places of a file, fitted together into a box."""
    shapes = features(file)
    project = _Projection.of([shapes[key] for key in keys if key in shapes], box)
    return {key: project.path(shapes[key]) for key in keys if key in shapes}


class _Projection:
    """Mercator, fitted into a box."""

    def __init__(self, left: float, top: float, scale: float, box: Box) -> None:
        self.left, self.top, self.scale, self.box = left, top, scale, box

    @classmethod
    def of(cls, shapes: Sequence[dict[str, Any]], box: Box) -> "_Projection":
        """Fit some shapes into a box, in its middle."""
        points = [_mercator(*point[:2]) for shape in shapes for ring in _rings(shape) for point in ring]
        left, right = min(x for x, _ in points), max(x for x, _ in points)
        low, high = min(y for _, y in points), max(y for _, y in points)
        scale = min(box.width / max(right - left, 1e-9), box.height / max(high - low, 1e-9))
        spare = (box.width - scale * (right - left)) / 2
        return cls(left - spare / scale, high, scale, box)

    def path(self, shape: dict[str, Any]) -> tuple[Box, str]:
        """Return the frame of a shape on the slide and its outline inside that frame."""
        rings = [ring for ring in (self._ring(ring) for ring in _rings(shape)) if len(ring) > 2]
        xs = [x for ring in rings for x, _ in ring] or [self.box.left]
        ys = [y for ring in rings for _, y in ring] or [self.box.top]
        frame = Box(min(xs), min(ys), max(max(xs) - min(xs), 1), max(max(ys) - min(ys), 1))
        return frame, "".join(_outline(ring, frame) for ring in rings)

    def _ring(self, ring: Sequence[Sequence[float]]) -> list[Point]:
        found: list[Point] = []
        for point in ring:
            x, y = _mercator(*point[:2])
            placed = (
                self.box.left + round((x - self.left) * self.scale), self.box.top + round((self.top - y) * self.scale)
            )  # fmt: skip
            if not found or abs(placed[0] - found[-1][0]) + abs(placed[1] - found[-1][1]) >= FINEST:
                found.append(placed)
        return found


def _mercator(longitude: float, latitude: float) -> tuple[float, float]:
    return math.radians(longitude), math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))


def _rings(shape: dict[str, Any]) -> Iterator[list[list[float]]]:
    for polygon in polygons(shape["geometry"]):
        yield from polygon


def _outline(ring: Sequence[Point], frame: Box) -> str:
    points = [f'<a:pt x="{x - frame.left}" y="{y - frame.top}"/>' for x, y in ring]
    rest = "".join(f"<a:lnTo>{point}</a:lnTo>" for point in points[1:])
    return f"<a:moveTo>{points[0]}</a:moveTo>{rest}<a:close/>"


def _place(number: int, key: str, words: str, path: tuple[Box, str], colour: str, *, own: bool) -> str:
    frame, outline = path
    line = (LIGHT.second, 28_575) if own else (LIGHT.paper, 3_175)
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="zwk:place:{key}" descr={quoteattr(clean(words))}/>'
        f'<p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm><a:off x="{frame.left}" y="{frame.top}"/>'
        f'<a:ext cx="{frame.width}" cy="{frame.height}"/></a:xfrm><a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/>'
        f'<a:rect l="0" t="0" r="r" b="b"/><a:pathLst><a:path w="{frame.width}" h="{frame.height}">{outline}</a:path>'
        f'</a:pathLst></a:custGeom><a:solidFill><a:srgbClr val="{colour.lstrip("#").upper()}"/></a:solidFill>'
        f'<a:ln w="{line[1]}"><a:solidFill><a:srgbClr val="{line[0].lstrip("#").upper()}"/></a:solidFill></a:ln>'
        "</p:spPr></p:sp>"
    )


def _group(number: int, exhibit: Exhibit, shapes: Sequence[str], box: Box) -> Any:
    frame = f'x="{box.left}" y="{box.top}"', f'cx="{box.width}" cy="{box.height}"'
    return parse_xml(
        f'<p:grpSp xmlns:p="{P}" xmlns:a="{A}"><p:nvGrpSpPr><p:cNvPr id="{number}" name="zwk:map" '
        f"descr={quoteattr(clean(exhibit.alt))}/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>"
        f"<a:off {frame[0]}/><a:ext {frame[1]}/><a:chOff {frame[0]}/><a:chExt {frame[1]}/></a:xfrm></p:grpSpPr>"
        f"{''.join(shapes)}</p:grpSp>"
    )


def _legend(slide: Any, shown: Sequence[Any], language: Language, box: Box) -> None:
    """Draw one bar per class, as long as it has places, with its limits and their number."""
    head = Box(box.left, box.top, box.width, 20 * POINT)
    text_box(slide, head, [language.text("Zahl der Orte je Klasse")], "zwk:legend:0", language, size=SMALL,
             ink=LIGHT.muted)  # fmt: skip
    step = min(30 * POINT, (box.height - 26 * POINT) // max(len(shown), 1))
    most = max((one.count for one in shown), default=1) or 1
    for number, one in enumerate(shown, 1):
        top = box.top + 26 * POINT + (number - 1) * step
        name = Box(box.left, top, round(box.width * 0.5), step)
        text_box(slide, name, [one.name], f"zwk:legend:{number}", language, size=SMALL, anchor="middle")
        long = round(box.width * 0.34 * one.count / most)
        bar = Box(box.left + round(box.width * 0.52), top + step // 6, max(long, 2 * POINT), step * 2 // 3)
        rectangle(slide, bar, f"zwk:legend:{number}:bar", one.colour)
        count = Box(bar.right + 4 * POINT, top, round(box.width * 0.14), step)
        text_box(slide, count, [language.number(one.count)], f"zwk:legend:{number}:count", language, size=SMALL,
                 ink=LIGHT.muted, anchor="middle", wrap=False)  # fmt: skip

"""The German words that stand in exchanged files for the values of the plan."""

from collections.abc import Mapping
from types import MappingProxyType

from zwk_data.language import GERMAN
from zwk_data.plan import labels

WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType({
    "stage": labels.stages(GERMAN), "status": labels.statuses(GERMAN), "role": labels.roles(GERMAN),
    "direction": labels.directions(GERMAN), "audience": labels.audiences(GERMAN), "factor": labels.factors(GERMAN),
    "level": labels.levels(GERMAN), "quadrant": labels.quadrants(GERMAN), "origin": labels.origins(GERMAN),
    "programme": labels.programme_stages(GERMAN), "theme": labels.themes(GERMAN),
    "yes": {"yes": "ja", "no": "nein"},
})  # fmt: skip

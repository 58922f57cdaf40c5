"""One simulator per provider, by the name under which the command line knows it."""

from tests.sources.simulator import Simulator

ALL: dict[str, type[Simulator]] = {}

"""One simulator per provider, by the name under which the command line knows it."""

from tests.sources.simulator import Simulator
from tests.sources.simulators.bkg import Bkg
from tests.sources.simulators.eurostat import Eurostat
from tests.sources.simulators.genesis import Destatis, Regio, Zensus
from tests.sources.simulators.gvisys import Gvisys
from tests.sources.simulators.inkar import Inkar
from tests.sources.simulators.regionalatlas import Regionalatlas
from tests.sources.simulators.wegweiser import Wegweiser

ALL: dict[str, type[Simulator]] = {
    "gvisys": Gvisys, "eurostat": Eurostat, "regionalatlas": Regionalatlas, "regio": Regio, "destatis": Destatis,
    "zensus": Zensus, "wegweiser": Wegweiser, "inkar": Inkar, "bkg": Bkg,
}  # fmt: skip

"""The simulation path: a criteria set as column operations over many agencies, for draws and what-if.

Points here are float64 and agree with the exact path to 1e-9; they are never published. Two things differ in kind:
a value within 1e-12 (relative) of a threshold has reached it, since 0.1 + 0.2 is not 0.3 in binary; and what the
exact path refuses is unknown here and can be looked up in `Simulated.refused`, since a draw may well fall outside.

simulation = Simulation(criteria_set, facts)
drawn = generator.normal(mean, se, size=(1000, len(simulation.agencies))).clip(0, 1)
index = simulation.draws({"survey:sipas.index": drawn})            # 1000 × agencies, NaN without index
ranks = simulation.ranks(index)
"""

from parindex.scoring.trials.simulation.columns import Array, Columns
from parindex.scoring.trials.simulation.run import Simulated, Simulation

__all__ = ["Array", "Columns", "Simulated", "Simulation"]

"""An instrument as data, and where each of its answers stands."""

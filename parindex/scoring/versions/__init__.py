"""Two versions of a set: what changed, the crosswalk, the bridge between years."""

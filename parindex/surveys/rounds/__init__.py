"""Opening a round, inviting, locking."""

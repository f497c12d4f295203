"""From a visit to a durable answer, and back until the lock."""

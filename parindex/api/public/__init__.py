"""What anybody may read: rankings, profiles, criteria, editions, surveys, open data, verification."""

"""The outside world of data: PostgreSQL, the embedded server, evidence files."""

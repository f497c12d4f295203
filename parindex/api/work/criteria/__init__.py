"""Criteria sets in the office: drafted, read by a second person, approved, published under a decision."""

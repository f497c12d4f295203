"""Questionnaires on their way: drafted, read by a second person, published under a decision."""

"""The SQL of this room, a file a noun."""

from parindex.assessments.queries import appraisals, criteria_sets, cycles, evidence, history, progress, sheets

__all__ = ["appraisals", "criteria_sets", "cycles", "evidence", "history", "progress", "sheets"]

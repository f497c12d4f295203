"""Decisions of appraisers and answers of agencies."""

"""Questionnaires in the office: drafts, what they change, their preview, approval and publication."""

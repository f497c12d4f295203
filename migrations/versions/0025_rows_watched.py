"""The tables that deeds write are watched: triggers of version 0020, and a row on record for each that is there.

Each table is a transaction of its own, that can be run again: rows that are there are told as they are found.
"""

from parindex.store.tenancy_v2 import limits, run, unlocked

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

WATCHED = (
    "account_invitations", "agencies", "agency_successors", "answers_to_appraisals", "appraisals", "criteria_sets",
    "cycle_agencies", "cycle_bodies", "cycle_transitions", "cycles", "deadline_changes", "documents",
    "edition_retractions", "editions", "entries", "entry_documents", "entry_points", "estimate_covariances",
    "estimate_runs", "evidence_files", "grants", "instruments", "people", "publication_orders", "round_extensions",
    "sample_units", "sheet_inputs", "sheet_transitions", "sheets", "survey_estimates", "survey_locks", "survey_rounds",
    "tenants", "year_computations",
)  # fmt: skip
"""All of a tenant but what passes by (sessions, jobs, drafts, files made ahead) and what a survey keeps a round."""


def upgrade() -> None:
    limits(lock="3s", statement="30min")
    with unlocked():
        run(*(f"select watch_table('{table}')" for table in WATCHED))

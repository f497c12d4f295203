"""Sheets, entries, evidence and appraisal decisions."""

from parindex.store.tenancy_v1 import freeze, isolate, run

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CHANGES = (
    ("not_started", "drafting"),
    ("not_started", "no_submission"),
    ("drafting", "with_leader"),
    ("drafting", "auto_locked"),
    ("drafting", "no_submission"),
    ("with_leader", "drafting"),
    ("with_leader", "submitted"),
    ("with_leader", "auto_locked"),
    ("submitted", "drafting"),
    ("submitted", "appraisal_1"),
    ("auto_locked", "appraisal_1"),
    ("appraisal_1", "closed"),
    ("submitted", "closed"),
    ("auto_locked", "closed"),
)
"""The table of domain/workflow 2b as far as it is used: what a sheet may become from what it is."""


def upgrade() -> None:
    sheets()
    entries()
    evidence()
    appraisals()


def sheets() -> None:
    pairs = ", ".join(f"('{before}', '{after}')" for before, after in CHANGES)
    run(
        """create table sheets (
            tenant_id uuid not null,
            id uuid not null,
            cycle_id uuid not null,
            agency_id uuid not null,
            state text not null default 'not_started',
            declared smallint not null default 0,
            applicable smallint not null,
            points_now numeric,
            max_now numeric,
            receipt_number integer,
            receipt text,
            withdrawals smallint not null default 0,
            return_reason text,
            changed_at timestamptz not null default now(),
            row_version integer not null default 1,
            constraint pk_sheets primary key (tenant_id, id),
            constraint fk_sheets_agency foreign key (tenant_id, cycle_id, agency_id)
                references cycle_agencies (tenant_id, cycle_id, agency_id),
            constraint uq_sheets_agency unique (tenant_id, cycle_id, agency_id),
            constraint uq_sheets_whose unique (tenant_id, id, agency_id),
            constraint uq_sheets_receipt unique (tenant_id, cycle_id, receipt_number),
            constraint ck_sheets_state check (state in ('not_started', 'drafting', 'with_leader', 'submitted',
                'auto_locked', 'no_submission', 'appraisal_1', 'closed')),
            constraint ck_sheets_declared check (declared between 0 and applicable),
            constraint ck_sheets_receipt check ((receipt is null) = (receipt_number is null)),
            constraint ck_sheets_submitted check (state <> 'submitted' or receipt is not null),
            constraint ck_sheets_withdrawals check (withdrawals between 0 and 1)
        )""",
        f"""create function check_sheet_change() returns trigger language plpgsql as $$
        begin
            if (old.state, new.state) not in ({pairs}) then
                raise exception 'a sheet cannot go from % to %', old.state, new.state
                    using errcode = 'check_violation', constraint = 'ck_sheets_change';
            end if;
            return new;
        end $$""",
        """create trigger sheets_change before update of state on sheets
            for each row when (old.state is distinct from new.state) execute function check_sheet_change()""",
        """create table sheet_transitions (
            tenant_id uuid not null,
            id uuid not null,
            sheet_id uuid not null,
            from_state text not null,
            to_state text not null,
            at timestamptz not null default clock_timestamp(),
            by_person text not null,
            reason text,
            receipt text,
            constraint pk_sheet_transitions primary key (tenant_id, id),
            constraint fk_sheet_transitions_sheet foreign key (tenant_id, sheet_id)
                references sheets (tenant_id, id)
        )""",
        "create index ix_sheet_transitions_sheet on sheet_transitions (tenant_id, sheet_id, at)",
        """create table sheet_inputs (
            tenant_id uuid not null,
            sheet_id uuid not null,
            name text not null,
            value text,
            accepted text,
            accepted_from uuid,
            row_version integer not null default 1,
            updated_by text not null,
            updated_at timestamptz not null default now(),
            constraint pk_sheet_inputs primary key (tenant_id, sheet_id, name),
            constraint fk_sheet_inputs_sheet foreign key (tenant_id, sheet_id)
                references sheets (tenant_id, id),
            constraint ck_sheet_inputs_name check (name ~ '^[a-z][a-z0-9_]*$'),
            constraint ck_sheet_inputs_value check (value <> ''),
            constraint ck_sheet_inputs_accepted check ((accepted is null) = (accepted_from is null))
        )""",
    )
    isolate("sheets", "select, insert, update")
    isolate("sheet_transitions", "select, insert")
    freeze("sheet_transitions")
    isolate("sheet_inputs", "select, insert, update")


def entries() -> None:
    run(
        """create table entries (
            tenant_id uuid not null,
            id uuid not null,
            sheet_id uuid not null,
            code text not null,
            max numeric not null,
            facts jsonb not null default '{}',
            judged numeric,
            inapplicable boolean not null default false,
            explanation text not null default '',
            state text not null default 'open',
            row_version integer not null default 1,
            updated_by text,
            updated_at timestamptz,
            constraint pk_entries primary key (tenant_id, id),
            constraint fk_entries_sheet foreign key (tenant_id, sheet_id) references sheets (tenant_id, id),
            constraint uq_entries_code unique (tenant_id, sheet_id, code),
            constraint ck_entries_code check (code ~ '^[0-9A-Z]+([.][0-9A-Z]+)*$'),
            constraint ck_entries_facts check (jsonb_typeof(facts) = 'object'),
            constraint ck_entries_max check (max > 0),
            constraint ck_entries_judged check (judged between 0 and max and scale(judged) <= 4),
            constraint ck_entries_explanation check (length(explanation) <= 20000),
            constraint ck_entries_state check (state in ('open', 'asked', 'answered', 'agreed', 'changed'))
        )""",
        """create function check_entry_open() returns trigger language plpgsql as $$
        begin
            if not exists (select from sheets s where s.tenant_id = new.tenant_id and s.id = new.sheet_id
                           and s.state = 'drafting') then
                raise exception 'a declaration changes only while its sheet is being drafted'
                    using errcode = 'check_violation', constraint = 'ck_entries_open';
            end if;
            return new;
        end $$""",
        """create trigger entries_open before update of facts, judged, inapplicable, explanation on entries
            for each row execute function check_entry_open()""",
        """create trigger sheet_inputs_open before update of value on sheet_inputs
            for each row execute function check_entry_open()""",
        """create trigger sheet_inputs_new before insert on sheet_inputs
            for each row when (new.value is not null) execute function check_entry_open()""",
        """create table entry_points (
            tenant_id uuid not null,
            entry_id uuid not null,
            stage text not null,
            points numeric,
            max numeric not null,
            state text not null,
            reason jsonb not null,
            computed_at timestamptz not null default now(),
            constraint pk_entry_points primary key (tenant_id, entry_id, stage),
            constraint fk_entry_points_entry foreign key (tenant_id, entry_id)
                references entries (tenant_id, id),
            constraint ck_entry_points_stage check (stage in ('self', 'round1', 'round2', 'final')),
            constraint ck_entry_points_points check (points between 0 and max),
            constraint ck_entry_points_state check (state in ('scored', 'not_applicable', 'unknown', 'none')),
            constraint ck_entry_points_scored check ((state = 'scored') = (points is not null))
        )""",
        "create index ix_entry_points_stage on entry_points (tenant_id, stage, entry_id) include (state, points)",
    )
    isolate("entries", "select, insert, update")
    isolate("entry_points", "select, insert, update")


def evidence() -> None:
    run(
        """create table evidence_files (
            tenant_id uuid not null,
            sha256 text not null,
            size bigint not null,
            media_type text not null,
            stored_at timestamptz not null default now(),
            constraint pk_evidence_files primary key (tenant_id, sha256),
            constraint fk_evidence_files_tenant foreign key (tenant_id) references tenants (id),
            constraint ck_evidence_files_sha256 check (sha256 ~ '^[0-9a-f]{64}$'),
            constraint ck_evidence_files_size check (size > 0)
        )""",
        """create table documents (
            tenant_id uuid not null,
            id uuid not null,
            agency_id uuid not null,
            number text not null,
            issued_on date not null,
            issuer text not null,
            abstract text not null,
            sha256 text not null,
            file_name text not null,
            not_secret boolean not null,
            search_key text not null,
            registered_by text not null,
            registered_at timestamptz not null default now(),
            withdrawn_at timestamptz,
            withdrawn_by text,
            withdrawal_reason text,
            constraint pk_documents primary key (tenant_id, id),
            constraint fk_documents_agency foreign key (tenant_id, agency_id)
                references agencies (tenant_id, id),
            constraint fk_documents_file foreign key (tenant_id, sha256)
                references evidence_files (tenant_id, sha256),
            constraint uq_documents_record unique (tenant_id, agency_id, number, issued_on, sha256),
            constraint uq_documents_whose unique (tenant_id, id, agency_id),
            constraint ck_documents_number check (number <> '' and length(number) <= 200),
            constraint ck_documents_issuer check (issuer <> ''),
            constraint ck_documents_abstract check (abstract <> ''),
            constraint ck_documents_file_name check (file_name <> '' and length(file_name) <= 255),
            constraint ck_documents_not_secret check (not_secret),
            constraint ck_documents_withdrawn check ((withdrawn_at is null) = (withdrawal_reason is null))
        )""",
        "create index ix_documents_agency on documents (tenant_id, agency_id, registered_at)",
        """create table entry_documents (
            tenant_id uuid not null,
            id uuid not null,
            entry_id uuid not null,
            document_id uuid not null,
            pages text not null default '',
            attached_by text not null,
            attached_at timestamptz not null default now(),
            detached_by text,
            detached_at timestamptz,
            constraint pk_entry_documents primary key (tenant_id, id),
            constraint fk_entry_documents_entry foreign key (tenant_id, entry_id)
                references entries (tenant_id, id),
            constraint fk_entry_documents_document foreign key (tenant_id, document_id)
                references documents (tenant_id, id),
            constraint ck_entry_documents_pages check (length(pages) <= 200)
        )""",
        """create unique index uq_entry_documents_attached
            on entry_documents (tenant_id, entry_id, document_id) where detached_at is null""",
        "create index ix_entry_documents_document on entry_documents (tenant_id, document_id)",
    )
    isolate("evidence_files", "select, insert")
    isolate("documents", "select, insert, update")
    isolate("entry_documents", "select, insert, update")
    freeze("evidence_files")


def appraisals() -> None:
    run(
        """create table appraisals (
            tenant_id uuid not null,
            id uuid not null,
            entry_id uuid not null,
            sheet_id uuid not null,
            agency_id uuid not null,
            round smallint not null,
            kind text not null,
            facts jsonb not null default '{}',
            points numeric,
            max numeric not null,
            inapplicable boolean not null default false,
            reason text not null default '',
            decided_by text not null,
            by_agency_id uuid not null,
            at timestamptz not null default clock_timestamp(),
            constraint pk_appraisals primary key (tenant_id, id),
            constraint fk_appraisals_entry foreign key (tenant_id, entry_id)
                references entries (tenant_id, id),
            constraint fk_appraisals_sheet foreign key (tenant_id, sheet_id, agency_id)
                references sheets (tenant_id, id, agency_id),
            constraint fk_appraisals_by_agency foreign key (tenant_id, by_agency_id)
                references agencies (tenant_id, id),
            constraint ck_appraisals_other_agency check (by_agency_id <> agency_id),
            constraint ck_appraisals_round check (round in (1, 2)),
            constraint ck_appraisals_kind check (kind in ('accept', 'change_facts', 'set_points', 'ask')),
            constraint ck_appraisals_reason check (kind = 'accept' or length(btrim(reason)) > 0),
            constraint ck_appraisals_facts check ((kind = 'change_facts') = (facts <> '{}')),
            constraint ck_appraisals_set check ((kind = 'set_points') = (points is not null)),
            constraint ck_appraisals_points check (points between 0 and max)
        )""",
        "create index ix_appraisals_entry on appraisals (tenant_id, entry_id, at)",
        "create index ix_appraisals_sheet on appraisals (tenant_id, sheet_id, at)",
        """create table answers_to_appraisals (
            tenant_id uuid not null,
            appraisal_id uuid not null,
            text text not null,
            answered_by text not null,
            at timestamptz not null default clock_timestamp(),
            constraint pk_answers_to_appraisals primary key (tenant_id, appraisal_id),
            constraint fk_answers_to_appraisals_appraisal foreign key (tenant_id, appraisal_id)
                references appraisals (tenant_id, id),
            constraint ck_answers_to_appraisals_text check (length(btrim(text)) between 1 and 20000)
        )""",
    )
    for table in ("appraisals", "answers_to_appraisals"):
        isolate(table, "select, insert")
        freeze(table)


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")

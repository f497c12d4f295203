"""A deadline holds: when a sheet is late, when nothing is taken any more, and by which decision either moved.

``cycles.deadline`` keeps its name: a release that does not know the new columns goes on reading it. Years that are
filled in past their last day are left to be closed by hand, as they were opened.
"""

from parindex.store.tenancy_v2 import freeze, isolate, limits, run

revision = "0017"
down_revision = "0016"
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
    ("auto_locked", "drafting"),
    ("no_submission", "not_started"),
    ("appraisal_1", "closed"),
    ("submitted", "closed"),
    ("auto_locked", "closed"),
)
"""What a sheet may become from what it is; an extension opens again what a deadline locked."""

STEPS = (
    ("draft", "self_assessment"),
    ("self_assessment", "appraisal_1"),
    ("appraisal_1", "self_assessment"),
    ("appraisal_1", "consolidation"),
    ("consolidation", "approval"),
    ("approval", "consolidation"),
    ("approval", "published"),
    ("published", "archived"),
)
"""What a year may become from what it is; an extension brings it back to self-assessment."""


def upgrade() -> None:
    limits(lock="5s", statement="60s")
    clock()
    columns()
    changes()
    states()
    declarations()


def clock() -> None:
    """The application's role cannot set it: it belongs to those who own the tables."""
    run(
        """create function parindex_now() returns timestamptz language sql stable as $$
            select case when session_user = 'parindex_migrator' and current_setting('parindex.clock', true) <> ''
                then current_setting('parindex.clock', true)::timestamptz else now() end $$""",
        "alter table sheet_transitions alter column at set default parindex_now() + (clock_timestamp() - now())",
        "alter table cycle_transitions alter column at set default parindex_now()",
    )


def columns() -> None:
    run(
        "alter table cycles add column closes timestamptz",
        """update cycles set closes = deadline
            where state in ('draft', 'issued') or (state = 'self_assessment' and deadline > now())""",
        "alter table cycles add constraint ck_cycles_closes check (closes >= deadline) not valid",
        "alter table sheets add column due timestamptz, add column closes timestamptz",
        """alter table sheets add constraint ck_sheets_closes check (
            (due is null) = (closes is null) and closes >= due) not valid""",
        """create function sheet_closes(p_cycle timestamptz, p_sheet timestamptz) returns timestamptz
            language sql immutable as $$ select case when p_cycle is not null then greatest(p_cycle, p_sheet) end $$""",
    )


def changes() -> None:
    run(
        """create table deadline_changes (
            tenant_id uuid not null,
            id uuid not null,
            cycle_id uuid not null,
            agency_id uuid,
            due_before timestamptz,
            closes_before timestamptz,
            due timestamptz not null,
            closes timestamptz not null,
            decision_number text not null,
            decided_on date not null,
            reason text not null,
            by_person text not null,
            at timestamptz not null default parindex_now(),
            constraint pk_deadline_changes primary key (tenant_id, id),
            constraint fk_deadline_changes_cycle foreign key (tenant_id, cycle_id) references cycles (tenant_id, id),
            constraint fk_deadline_changes_agency foreign key (tenant_id, cycle_id, agency_id)
                references cycle_agencies (tenant_id, cycle_id, agency_id),
            constraint ck_deadline_changes_closes check (closes >= due),
            constraint ck_deadline_changes_decision check (
                decision_number <> '' and length(decision_number) <= 200 and reason <> '' and length(reason) <= 2000)
        )""",
        "create index ix_deadline_changes_cycle on deadline_changes (tenant_id, cycle_id, at)",
    )
    isolate("deadline_changes", "select, insert")
    freeze("deadline_changes")


def states() -> None:
    sheets = ", ".join(f"('{before}', '{after}')" for before, after in CHANGES)
    years = ", ".join(f"('{before}', '{after}')" for before, after in STEPS)
    run(
        f"""create or replace function check_sheet_change() returns trigger language plpgsql as $$
        declare
            shut timestamptz;
        begin
            if (old.state, new.state) not in ({sheets}) then
                raise exception 'a sheet cannot go from % to %', old.state, new.state
                    using errcode = 'check_violation', constraint = 'ck_sheets_change';
            end if;
            select sheet_closes(y.closes, new.closes) into shut from cycles y
                where y.tenant_id = new.tenant_id and y.id = new.cycle_id;
            if new.state in ('not_started', 'drafting', 'with_leader', 'submitted') and shut <= parindex_now() then
                raise exception 'a sheet of this year is taken until %', shut
                    using errcode = 'check_violation', constraint = 'ck_sheets_in_time';
            end if;
            if new.state in ('auto_locked', 'no_submission') and shut > parindex_now() then
                raise exception 'a sheet of this year is not locked before %', shut
                    using errcode = 'check_violation', constraint = 'ck_sheets_locked_early';
            end if;
            return new;
        end $$""",
        f"""create or replace function check_cycle_change() returns trigger language plpgsql as $$
        begin
            if (old.state, new.state) not in ({years})
                and (old.marked is distinct from 'imported' or (old.state, new.state) <> ('draft', 'consolidation'))
            then
                raise exception 'a year cannot go from % to %', old.state, new.state
                    using errcode = 'check_violation', constraint = 'ck_cycles_change';
            end if;
            return new;
        end $$""",
    )


def declarations() -> None:
    run(
        """create or replace function check_entry_open() returns trigger language plpgsql as $$
        declare
            sheet record;
        begin
            select s.state, sheet_closes(y.closes, s.closes) as shut into sheet from sheets s
                join cycles y on y.tenant_id = s.tenant_id and y.id = s.cycle_id
                where s.tenant_id = new.tenant_id and s.id = new.sheet_id;
            if sheet.state is distinct from 'drafting' then
                raise exception 'a declaration changes only while its sheet is being drafted'
                    using errcode = 'check_violation', constraint = 'ck_entries_open';
            end if;
            if sheet.shut <= parindex_now() then
                raise exception 'a declaration is taken until %', sheet.shut
                    using errcode = 'check_violation', constraint = 'ck_entries_in_time';
            end if;
            return new;
        end $$""",
        """create function check_evidence_in_time() returns trigger language plpgsql as $$
        begin
            if exists (select from entries e
                    join sheets s on s.tenant_id = e.tenant_id and s.id = e.sheet_id
                    join cycles y on y.tenant_id = s.tenant_id and y.id = s.cycle_id
                    where e.tenant_id = new.tenant_id and e.id = new.entry_id
                    and sheet_closes(y.closes, s.closes) <= parindex_now()) then
                raise exception 'evidence is taken until the year closes'
                    using errcode = 'check_violation', constraint = 'ck_entry_documents_in_time';
            end if;
            return new;
        end $$""",
        """create trigger entry_documents_in_time before insert or update on entry_documents
            for each row execute function check_evidence_in_time()""",
    )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")

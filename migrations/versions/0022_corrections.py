"""A published year is reopened under a decision, its leaves are corrected, and it is published again.

The year points at the edition that its correction will supersede. A decision of a correction names the correction: it is
taken while its year is being corrected, on a sheet that is closed, and by the council too, which is of no agency.
"""

from parindex.store.tenancy_v2 import freeze, isolate, limits, run

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

STATES = (
    "draft", "issued", "self_assessment", "appraisal_1", "explanation", "appraisal_2", "council", "consolidation",
    "approval", "published", "correction", "archived", "paused", "cancelled",
)  # fmt: skip

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
"""What a year may become from what it is."""

CORRECTION_STEPS = (
    ("published", "correction"),
    ("correction", "approval"),
    ("approval", "correction"),
    ("correction", "published"),
)
"""The same, where a decision has reopened it since its last edition."""


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    corrections()
    years()
    decisions()
    run("select watch_table('year_corrections')", "select watch_table('appraisals')")


def corrections() -> None:
    run(
        """create table year_corrections (
            tenant_id uuid not null,
            id uuid not null,
            cycle_id uuid not null,
            edition_id uuid not null,
            decision_number text not null,
            decided_on date not null,
            reason text not null,
            by_person text not null,
            at timestamptz not null default clock_timestamp(),
            constraint pk_year_corrections primary key (tenant_id, id),
            constraint fk_year_corrections_cycle foreign key (tenant_id, cycle_id) references cycles (tenant_id, id),
            constraint fk_year_corrections_edition foreign key (tenant_id, edition_id)
                references editions (tenant_id, id),
            constraint ck_year_corrections_decision check (
                decision_number <> '' and length(decision_number) <= 200 and reason <> '' and length(reason) <= 2000)
        )""",
        "create index ix_year_corrections_cycle on year_corrections (tenant_id, cycle_id, at)",
    )
    isolate("year_corrections", "select, insert")
    freeze("year_corrections")


def years() -> None:
    states = ", ".join(f"'{state}'" for state in STATES)
    steps, corrected = (
        ", ".join(f"('{before}', '{after}')" for before, after in pairs) for pairs in (STEPS, CORRECTION_STEPS)
    )
    run(
        "alter table cycles drop constraint ck_cycles_state",
        f"alter table cycles add constraint ck_cycles_state check (state in ({states})) not valid",
        f"""create or replace function check_cycle_change() returns trigger language plpgsql as $$
        begin
            if (old.state, new.state) in ({steps})
                or (old.marked = 'imported' and (old.state, new.state) = ('draft', 'consolidation'))
                or ((old.state, new.state) in ({corrected}) and exists (
                    select from year_corrections c
                    join editions s on s.tenant_id = c.tenant_id and s.id = c.edition_id
                    where c.tenant_id = new.tenant_id and c.cycle_id = new.id and not exists (
                        select from editions e where e.tenant_id = c.tenant_id and e.cycle_id = c.cycle_id
                        and e.serial > s.serial)))
            then
                return new;
            end if;
            raise exception 'a year cannot go from % to %', old.state, new.state
                using errcode = 'check_violation', constraint = 'ck_cycles_change';
        end $$""",
    )


def decisions() -> None:
    run(
        "alter table appraisals alter column by_agency_id drop not null",
        "alter table appraisals add column correction_id uuid",
        """alter table appraisals add constraint fk_appraisals_correction foreign key (tenant_id, correction_id)
            references year_corrections (tenant_id, id) not valid""",
        """alter table appraisals add constraint ck_appraisals_by_agency
            check (by_agency_id is not null or correction_id is not null) not valid""",
        """create function check_correction_open() returns trigger language plpgsql as $$
        begin
            if not exists (
                    select from sheets s
                    join cycles y on y.tenant_id = s.tenant_id and y.id = s.cycle_id
                    join year_corrections c on c.tenant_id = y.tenant_id and c.cycle_id = y.id
                    where s.tenant_id = new.tenant_id and s.id = new.sheet_id and c.id = new.correction_id
                    and s.state = 'closed' and y.state = 'correction') then
                raise exception 'a leaf is corrected while its published year is open for correction'
                    using errcode = 'check_violation', constraint = 'ck_appraisals_correction_open';
            end if;
            return new;
        end $$""",
        """create trigger appraisals_correction before insert on appraisals
            for each row when (new.correction_id is not null) execute function check_correction_open()""",
    )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")

"""A criteria set is corrected within its year by a further version: what it touches is declared anew, and nothing else.

What was declared, decided and scored before is kept beside the entry. A leaf that the new version does not ask any more is
retired, not deleted; a leaf of a sheet that was sent is open to its agency until the amendment's own day.
"""

from parindex.store.tenancy_v2 import freeze, isolate, limits, run

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="5s", statement="60s")
    amendments()
    entries()
    declarations()
    for table in ("set_amendments", "superseded_entries", "entries"):
        run(f"select watch_table('{table}')")


def amendments() -> None:
    run(
        """create table set_amendments (
            tenant_id uuid not null,
            id uuid not null,
            cycle_id uuid not null,
            older_id uuid not null,
            newer_id uuid not null,
            crosswalk text not null,
            reopened text[] not null,
            retired text[] not null,
            decision_number text not null,
            decided_on date not null,
            reason text not null,
            closes timestamptz not null,
            by_person text not null,
            at timestamptz not null default clock_timestamp(),
            constraint pk_set_amendments primary key (tenant_id, id),
            constraint uq_set_amendments_set unique (tenant_id, cycle_id, newer_id),
            constraint fk_set_amendments_cycle foreign key (tenant_id, cycle_id) references cycles (tenant_id, id),
            constraint fk_set_amendments_older foreign key (tenant_id, older_id) references criteria_sets (tenant_id, id),
            constraint fk_set_amendments_newer foreign key (tenant_id, newer_id) references criteria_sets (tenant_id, id),
            constraint ck_set_amendments_sets check (older_id <> newer_id),
            constraint ck_set_amendments_decision check (
                length(decision_number) between 1 and 200 and length(reason) between 1 and 2000)
        )""",
        """create table superseded_entries (
            tenant_id uuid not null,
            amendment_id uuid not null,
            entry_id uuid not null,
            max numeric not null,
            facts jsonb not null,
            judged numeric,
            inapplicable boolean not null,
            explanation text not null,
            state text not null,
            points jsonb not null,
            at timestamptz not null default clock_timestamp(),
            constraint pk_superseded_entries primary key (tenant_id, amendment_id, entry_id),
            constraint fk_superseded_entries_amendment foreign key (tenant_id, amendment_id)
                references set_amendments (tenant_id, id),
            constraint fk_superseded_entries_entry foreign key (tenant_id, entry_id) references entries (tenant_id, id)
        )""",
        "create index ix_superseded_entries_entry on superseded_entries (tenant_id, entry_id)",
    )
    for table in ("set_amendments", "superseded_entries"):
        isolate(table, "select, insert")
        freeze(table)
    run(
        """create function check_cycle_set() returns trigger language plpgsql as $$
        begin
            if old.state <> 'draft' and not exists (select from set_amendments m
                    where m.tenant_id = new.tenant_id and m.cycle_id = new.id
                    and m.older_id = old.criteria_set_id and m.newer_id = new.criteria_set_id) then
                raise exception 'the set of a year changes by an amendment'
                    using errcode = 'check_violation', constraint = 'ck_cycles_set';
            end if;
            return new;
        end $$""",
        """create trigger cycles_set before update of criteria_set_id on cycles
            for each row when (old.criteria_set_id is distinct from new.criteria_set_id)
            execute function check_cycle_set()""",
    )


def entries() -> None:
    run(
        "alter table entries add column reopened_by uuid",
        "alter table entries add column reopened_at timestamptz",
        "alter table entries add column retired_by uuid",
        "alter table entries drop constraint ck_entries_state",
        """alter table entries add constraint ck_entries_state check (
            state in ('open', 'reopened', 'asked', 'answered', 'agreed', 'changed')) not valid""",
        """alter table entries add constraint ck_entries_reopened check (
            (reopened_by is null) = (reopened_at is null) and (state <> 'reopened' or reopened_by is not null)) not valid""",
        """alter table entries add constraint fk_entries_reopened_by foreign key (tenant_id, reopened_by)
            references set_amendments (tenant_id, id) not valid""",
        """alter table entries add constraint fk_entries_retired_by foreign key (tenant_id, retired_by)
            references set_amendments (tenant_id, id) not valid""",
    )


def declarations() -> None:
    run(
        """create or replace function check_entry_open() returns trigger language plpgsql as $$
        declare
            sheet record;
            again boolean;
        begin
            select s.state, y.state as year, sheet_closes(y.closes, s.closes) as shut into sheet from sheets s
                join cycles y on y.tenant_id = s.tenant_id and y.id = s.cycle_id
                where s.tenant_id = new.tenant_id and s.id = new.sheet_id;
            if sheet.state in ('submitted', 'auto_locked', 'appraisal_1')
                and sheet.year in ('self_assessment', 'appraisal_1') then
                if tg_table_name = 'entries' then
                    select new.state = 'reopened' and m.closes > parindex_now() into again from set_amendments m
                        where m.tenant_id = new.tenant_id and m.id = new.reopened_by;
                else
                    select exists (select from entries e
                        join set_amendments m on m.tenant_id = e.tenant_id and m.id = e.reopened_by
                        where e.tenant_id = new.tenant_id and e.sheet_id = new.sheet_id and e.state = 'reopened'
                        and m.closes > parindex_now()) into again;
                end if;
                if again then
                    return new;
                end if;
            end if;
            if sheet.state is distinct from 'drafting' then
                raise exception 'a declaration changes only while its sheet is being drafted'
                    using errcode = 'check_violation', constraint = 'ck_entries_open';
            end if;
            if sheet.year in ('paused', 'cancelled') then
                raise exception 'nothing of a year moves while it is %', sheet.year
                    using errcode = 'check_violation', constraint = 'ck_entries_year_runs';
            end if;
            if sheet.shut <= parindex_now() then
                raise exception 'a declaration is taken until %', sheet.shut
                    using errcode = 'check_violation', constraint = 'ck_entries_in_time';
            end if;
            return new;
        end $$""",
        """create or replace function check_evidence_in_time() returns trigger language plpgsql as $$
        begin
            if exists (select from entries e
                    join sheets s on s.tenant_id = e.tenant_id and s.id = e.sheet_id
                    join cycles y on y.tenant_id = s.tenant_id and y.id = s.cycle_id
                    left join set_amendments m on m.tenant_id = e.tenant_id and m.id = e.reopened_by
                    where e.tenant_id = new.tenant_id and e.id = new.entry_id
                    and sheet_closes(y.closes, s.closes) <= parindex_now()
                    and (e.state = 'reopened' and m.closes > parindex_now()) is not true) then
                raise exception 'evidence is taken until the year closes'
                    using errcode = 'check_violation', constraint = 'ck_entry_documents_in_time';
            end if;
            return new;
        end $$""",
    )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")

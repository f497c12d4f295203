"""The last day of a survey round holds, and is moved only under a decision.

What day it is, is asked of the database in the tenant's zone, by the clock of deadlines (0017). The answers of a batch
are looked at together after they were inserted. The lock of a round writes into its partitions and not into
``responses``, so it is not asked.
"""

from parindex.store.tenancy_v2 import TENANT, freeze, isolate, limits, run

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

KEPT = ("title_vi", "title_en", "opens_on", "min_n", "contact")
"""What of a round an extension leaves as it is."""

PARTITIONED = ("invitations", "responses")


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    day()
    extensions()
    rounds()
    responses()


def day() -> None:
    run(
        f"""create function tenant_today() returns date language sql stable as $$
            select (parindex_now() at time zone t.time_zone)::date from tenants t where t.id = {TENANT} $$""",
    )


def extensions() -> None:
    run(
        """create table round_extensions (
            tenant_id uuid not null,
            id uuid not null,
            survey_round uuid not null,
            closes_before date not null,
            closes_on date not null,
            decision_number text not null,
            decided_on date not null,
            reason text not null,
            by_person text not null,
            at timestamptz not null default parindex_now(),
            constraint pk_round_extensions primary key (tenant_id, id),
            constraint fk_round_extensions_round foreign key (tenant_id, survey_round)
                references survey_rounds (tenant_id, id),
            constraint ck_round_extensions_days check (closes_on > closes_before),
            constraint ck_round_extensions_decision check (
                decision_number <> '' and length(decision_number) <= 200 and reason <> '' and length(reason) <= 2000)
        )""",
        "create index ix_round_extensions_round on round_extensions (tenant_id, survey_round, at)",
    )
    isolate("round_extensions", "select, insert")
    freeze("round_extensions")


def rounds() -> None:
    asked = " or ".join(
        f"exists (select from {table} t where t.survey_round = new.id and t.tenant_id = new.tenant_id)"
        for table in PARTITIONED
    )
    old, new = (", ".join(f"{row}.{name}" for name in KEPT) for row in ("old", "new"))
    run(
        f"""create or replace function check_round_unasked() returns trigger language plpgsql as $$
        begin
            if new.state = 'open' and ({old}) is not distinct from ({new}) and exists (
                    select from round_extensions e where e.tenant_id = new.tenant_id and e.survey_round = new.id
                    and e.closes_before = old.closes_on and e.closes_on = new.closes_on) then
                return new;
            end if;
            if new.state <> 'open' or {asked} then
                raise exception 'survey round % asked somebody already', new.id
                    using errcode = 'check_violation', constraint = 'ck_survey_rounds_unasked';
            end if;
            return new;
        end $$""",
    )


def responses() -> None:
    run(
        """create function check_responses_in_time() returns trigger language plpgsql as $$
        declare
            late record;
        begin
            select r.id, r.opens_on, r.closes_on into late from survey_rounds r
                where (r.tenant_id, r.id) in (select distinct a.tenant_id, a.survey_round from arrived a)
                and tenant_today() not between r.opens_on and r.closes_on limit 1;
            if found then
                raise exception 'survey round % takes answers from % to %', late.id, late.opens_on, late.closes_on
                    using errcode = 'check_violation', constraint = 'ck_responses_in_time';
            end if;
            return null;
        end $$""",
        """create trigger responses_in_time after insert on responses referencing new table as arrived
            for each statement execute function check_responses_in_time()""",
    )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")

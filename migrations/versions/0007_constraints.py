"""What nobody may do: skip a step of a year, bear a code twice on one day, hold a role that does not exist.

And who wrote an entry stands as a uuid beside the text, so that the person is looked up by key and a person's work is
found by index. The text stays: a release that does not know the new column goes on writing it.
"""

from parindex.store.tenancy_v2 import limits, run

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STEPS = (
    ("draft", "self_assessment"),
    ("self_assessment", "appraisal_1"),
    ("appraisal_1", "consolidation"),
    ("consolidation", "approval"),
    ("approval", "consolidation"),
    ("approval", "published"),
    ("published", "archived"),
)
"""What a year may become from what it is; an imported one also goes from draft to consolidation."""

ROLES = (
    "administrator", "index_manager", "specialist", "focal_point", "leader", "appraiser", "secretary",
    "council_member", "council_chair", "interviewer", "approver", "auditor",
)  # fmt: skip


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    cycles()
    agencies()
    roles()
    writers()


def cycles() -> None:
    pairs = ", ".join(f"('{before}', '{after}')" for before, after in STEPS)
    run(
        f"""create function check_cycle_change() returns trigger language plpgsql as $$
        begin
            if (old.state, new.state) not in ({pairs})
                and (old.marked is distinct from 'imported' or (old.state, new.state) <> ('draft', 'consolidation'))
            then
                raise exception 'a year cannot go from % to %', old.state, new.state
                    using errcode = 'check_violation', constraint = 'ck_cycles_change';
            end if;
            return new;
        end $$""",
        """create trigger cycles_change before update of state on cycles
            for each row when (old.state is distinct from new.state) execute function check_cycle_change()""",
    )


def agencies() -> None:
    """A code is borne by one agency a day: ranges over (tenant, code, day) must not overlap. No extension is needed."""
    run(
        "create type code_day as (tenant_id uuid, code text, day date)",
        "create type code_days as range (subtype = code_day)",
        """alter table agencies add constraint ex_agencies_code exclude using gist (
            code_days(row(tenant_id, code, valid_from)::code_day,
                row(tenant_id, code, coalesce(valid_to, 'infinity'))::code_day) with &&)""",
    )


def roles() -> None:
    names = ", ".join(f"'{name}'" for name in ROLES)
    run(f"alter table grants add constraint ck_grants_role check (role in ({names})) not valid")


def writers() -> None:
    run(
        """create function name_writer() returns trigger language plpgsql as $$
        begin
            new.updated_by_id := case
                when new.updated_by ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then new.updated_by::uuid end;
            return new;
        end $$""",
    )
    for table in ("entries", "sheet_inputs"):
        run(
            f"alter table {table} add column updated_by_id uuid",
            f"""create trigger {table}_writer before insert or update of updated_by, updated_by_id on {table}
                for each row execute function name_writer()""",
        )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")

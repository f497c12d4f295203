"""Owner bodies: an agency below another declares leaves of that one's sheet, beside the agency itself.

Who owns which leaf is said before the year is opened and changes no more after that.
"""

from parindex.store.tenancy_v2 import isolate, limits, run

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    run(
        """create table leaf_owners (
            tenant_id uuid not null,
            cycle_id uuid not null,
            agency_id uuid not null,
            code text not null,
            owner_id uuid not null,
            constraint pk_leaf_owners primary key (tenant_id, cycle_id, agency_id, code),
            constraint fk_leaf_owners_agency foreign key (tenant_id, cycle_id, agency_id)
                references cycle_agencies (tenant_id, cycle_id, agency_id) on delete cascade,
            constraint fk_leaf_owners_owner foreign key (tenant_id, owner_id) references agencies (tenant_id, id),
            constraint ck_leaf_owners_other check (owner_id <> agency_id)
        )""",
        "create index ix_leaf_owners_owner on leaf_owners (tenant_id, owner_id)",
        """create function check_leaf_owner() returns trigger language plpgsql as $$
        declare
            stands text;
            above uuid;
        begin
            select y.state into stands from cycles y where y.tenant_id = new.tenant_id and y.id = new.cycle_id;
            if stands <> 'draft' then
                raise exception 'owner bodies are named before a year is opened'
                    using errcode = 'check_violation', constraint = 'ck_leaf_owners_draft';
            end if;
            select a.parent_id into above from agencies a where a.tenant_id = new.tenant_id and a.id = new.owner_id;
            if above is distinct from new.agency_id then
                raise exception 'an owner body stands below the agency whose leaf it declares'
                    using errcode = 'check_violation', constraint = 'ck_leaf_owners_below';
            end if;
            return new;
        end $$""",
        """create trigger leaf_owners_set before insert or update on leaf_owners
            for each row execute function check_leaf_owner()""",
    )
    isolate("leaf_owners")
    run("select watch_table('leaf_owners')")


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")

"""An owner body that ends while a year is open: who takes over its leaves, told for ever.

Until now owner bodies changed no more once a year was opened. Now the leaves of one that ended by a deed of the registry go to
its successor, and to nobody else.
"""

from parindex.store.tenancy_v2 import freeze, isolate, limits, run

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    run(
        """create table leaf_owner_moves (
            tenant_id uuid not null,
            deed_id uuid not null,
            cycle_id uuid not null,
            agency_id uuid not null,
            code text not null,
            owner_before uuid not null,
            owner_after uuid,
            decision text not null,
            effective_on date not null,
            at timestamptz not null default clock_timestamp(),
            by_person text not null,
            constraint pk_leaf_owner_moves primary key (tenant_id, deed_id, cycle_id, agency_id, code),
            constraint fk_leaf_owner_moves_cycle foreign key (tenant_id, cycle_id) references cycles (tenant_id, id),
            constraint fk_leaf_owner_moves_agency foreign key (tenant_id, agency_id) references agencies (tenant_id, id),
            constraint fk_leaf_owner_moves_before foreign key (tenant_id, owner_before) references agencies (tenant_id, id),
            constraint fk_leaf_owner_moves_after foreign key (tenant_id, owner_after) references agencies (tenant_id, id)
        )""",
        """create or replace function check_leaf_owner() returns trigger language plpgsql as $$
        declare
            stands text;
            above uuid;
            succeeds boolean := false;
        begin
            select y.state into stands from cycles y where y.tenant_id = new.tenant_id and y.id = new.cycle_id;
            if tg_op = 'UPDATE' then
                succeeds := (new.cycle_id, new.agency_id, new.code) = (old.cycle_id, old.agency_id, old.code)
                    and exists (select from agency_successors s where s.tenant_id = new.tenant_id
                        and s.predecessor_id = old.owner_id and s.successor_id = new.owner_id);
            end if;
            if stands <> 'draft' and not succeeds then
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
    )
    isolate("leaf_owner_moves", "select, insert")
    freeze("leaf_owner_moves")
    run("select watch_table('leaf_owner_moves')")


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")

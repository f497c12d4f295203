"""The registry over time: what an agency is called and is from a day on, under whom it stands, by which document.

A row of ``agency_periods`` holds what an agency is from its first day on until it becomes otherwise; ``agencies`` goes on
holding what it is today. An entry that was taken back exists on no day: its period ends where it begins, and its code is
free again. Agencies that stand get one period each.
"""

from parindex.store.tenancy_v2 import isolate, limits, run

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    deeds()
    periods()
    agencies()
    run("select watch_table('registry_deeds')", "select watch_table('agency_periods')")


def deeds() -> None:
    run(
        """create table registry_deeds (
            tenant_id uuid not null,
            id uuid not null,
            kind text not null,
            effective_on date,
            basis_number text,
            basis_date date,
            agency_ids uuid[] not null,
            before jsonb not null,
            entered_at timestamptz not null default clock_timestamp(),
            entered_by text not null,
            taken_back_at timestamptz,
            taken_back_by text,
            constraint pk_registry_deeds primary key (tenant_id, id),
            constraint fk_registry_deeds_tenant foreign key (tenant_id) references tenants (id),
            constraint ck_registry_deeds_kind check (kind in ('add', 'change', 'close', 'merge', 'split', 'correct')),
            constraint ck_registry_deeds_basis check (length(basis_number) between 1 and 200),
            constraint ck_registry_deeds_taken_back check ((taken_back_at is null) = (taken_back_by is null))
        )""",
        "create index ix_registry_deeds_agencies on registry_deeds using gin (agency_ids)",
    )
    isolate("registry_deeds", "select, insert, update")


def periods() -> None:
    """Periods of one agency do not overlap, and one that ends where it begins is none."""
    run(
        "create type agency_day as (tenant_id uuid, agency_id uuid, day date)",
        "create type agency_days as range (subtype = agency_day)",
        """create table agency_periods (
            tenant_id uuid not null,
            id uuid not null,
            agency_id uuid not null,
            valid_from date not null,
            valid_to date,
            name_vi text not null,
            name_en text,
            short_name text,
            region text,
            official_order integer,
            parent_id uuid,
            has_one_stop boolean,
            population integer,
            sort_key text not null,
            search_key text not null,
            deed_id uuid,
            constraint pk_agency_periods primary key (tenant_id, id),
            constraint fk_agency_periods_agency foreign key (tenant_id, agency_id) references agencies (tenant_id, id),
            constraint fk_agency_periods_parent foreign key (tenant_id, parent_id) references agencies (tenant_id, id),
            constraint fk_agency_periods_deed foreign key (tenant_id, deed_id) references registry_deeds (tenant_id, id),
            constraint ck_agency_periods_validity check (valid_to is null or valid_to >= valid_from),
            constraint ck_agency_periods_parent check (parent_id <> agency_id),
            constraint ck_agency_periods_population check (population >= 0),
            constraint ex_agency_periods_days exclude using gist (
                agency_days(row(tenant_id, agency_id, valid_from)::agency_day,
                    row(tenant_id, agency_id, coalesce(valid_to, 'infinity'))::agency_day) with &&)
        )""",
        "create index ix_agency_periods_agency on agency_periods (tenant_id, agency_id, valid_from)",
        "create index ix_agency_periods_parent on agency_periods (tenant_id, parent_id, valid_from)",
    )
    isolate("agency_periods", "select, insert, update")


def agencies() -> None:
    run(
        "alter table agencies add column parent_id uuid",
        "alter table agencies add column has_one_stop boolean",
        "alter table agencies add column population integer",
        """alter table agencies add constraint fk_agencies_parent foreign key (tenant_id, parent_id)
            references agencies (tenant_id, id) not valid""",
        "alter table agencies drop constraint uq_agencies_code",
        "alter table agencies drop constraint ck_agencies_validity",
        """alter table agencies add constraint ck_agencies_validity
            check (valid_to is null or valid_to >= valid_from) not valid""",
        "alter table agency_successors add column deed_id uuid",
        """alter table agency_successors add constraint fk_agency_successors_deed foreign key (tenant_id, deed_id)
            references registry_deeds (tenant_id, id) not valid""",
        "grant update on agency_successors to parindex_app",
        "select watch_table('agencies')",
        "select watch_table('agency_successors')",
        """do $$
        declare
            tenant uuid;
        begin
            for tenant in select t.id from tenants t loop
                perform set_config('parindex.tenant', tenant::text, true);
                insert into agency_periods (tenant_id, id, agency_id, valid_from, valid_to, name_vi, name_en, short_name,
                        region, official_order, sort_key, search_key)
                    select a.tenant_id, new_row_id(), a.id, a.valid_from, a.valid_to, a.name_vi, a.name_en, a.short_name,
                        a.region, a.official_order, a.sort_key, a.search_key
                    from agencies a where a.tenant_id = tenant;
            end loop;
            perform set_config('parindex.tenant', '', true);
        end $$""",
    )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")

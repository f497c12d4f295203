"""Tenants, agencies, people, sessions and the audit record."""

from parindex.store.tenancy_v1 import TENANT, freeze, isolate, run

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(
        """create function refuse_change() returns trigger language plpgsql as $$
        begin
            raise exception '% is frozen: a correction is a new version', tg_table_name
                using errcode = 'restrict_violation';
        end $$""",
        "grant usage on schema public to parindex_app, parindex_sealer",
        "grant select on schema_version to parindex_app",
    )
    tenants()
    agencies()
    people()
    audit()


def tenants() -> None:
    run(
        """create table tenants (
            id uuid not null,
            code text not null,
            name_vi text not null,
            name_en text,
            time_zone text not null default 'Asia/Ho_Chi_Minh',
            created_at timestamptz not null default now(),
            constraint pk_tenants primary key (id),
            constraint uq_tenants_code unique (code),
            constraint ck_tenants_code check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$')
        )""",
        "alter table tenants enable row level security",
        "alter table tenants force row level security",
        "create policy tenants_read on tenants for select using (true)",
        f"create policy tenants_own on tenants for insert with check (id = {TENANT})",
        f"create policy tenants_change on tenants for update using (id = {TENANT}) with check (id = {TENANT})",
        "grant select, insert, update on tenants to parindex_app",
    )


def agencies() -> None:
    run(
        """create table agencies (
            tenant_id uuid not null,
            id uuid not null,
            code text not null,
            name_vi text not null,
            name_en text,
            short_name text,
            tier text not null,
            region text,
            official_order integer,
            sort_key text not null,
            search_key text not null,
            valid_from date not null,
            valid_to date,
            constraint pk_agencies primary key (tenant_id, id),
            constraint fk_agencies_tenant foreign key (tenant_id) references tenants (id),
            constraint uq_agencies_code unique (tenant_id, code, valid_from),
            constraint ck_agencies_tier check (tier in ('ministry', 'province', 'department', 'district', 'commune')),
            constraint ck_agencies_validity check (valid_to is null or valid_to > valid_from)
        )""",
        """create table agency_successors (
            tenant_id uuid not null,
            predecessor_id uuid not null,
            successor_id uuid not null,
            decision text not null,
            effective_on date not null,
            constraint pk_agency_successors primary key (tenant_id, predecessor_id, successor_id),
            constraint fk_agency_successors_predecessor foreign key (tenant_id, predecessor_id)
                references agencies (tenant_id, id),
            constraint fk_agency_successors_successor foreign key (tenant_id, successor_id)
                references agencies (tenant_id, id),
            constraint ck_agency_successors_other check (predecessor_id <> successor_id)
        )""",
    )
    isolate("agencies", "select, insert, update")
    isolate("agency_successors", "select, insert")


def people() -> None:
    run(
        """create table people (
            tenant_id uuid not null,
            id uuid not null,
            login text not null,
            name text not null,
            agency_id uuid,
            password_hash text,
            created_at timestamptz not null default now(),
            disabled_at timestamptz,
            constraint pk_people primary key (tenant_id, id),
            constraint fk_people_agency foreign key (tenant_id, agency_id) references agencies (tenant_id, id),
            constraint uq_people_login unique (tenant_id, login)
        )""",
        """create table grants (
            tenant_id uuid not null,
            id uuid not null,
            person_id uuid not null,
            role text not null,
            valid_from timestamptz not null default now(),
            valid_to timestamptz,
            granted_by uuid,
            constraint pk_grants primary key (tenant_id, id),
            constraint fk_grants_person foreign key (tenant_id, person_id) references people (tenant_id, id)
        )""",
        "create index ix_grants_person on grants (tenant_id, person_id)",
        """create table account_invitations (
            tenant_id uuid not null,
            id uuid not null,
            person_id uuid not null,
            token_hash bytea not null,
            expires_at timestamptz not null,
            used_at timestamptz,
            constraint pk_account_invitations primary key (tenant_id, id),
            constraint fk_account_invitations_person foreign key (tenant_id, person_id)
                references people (tenant_id, id),
            constraint uq_account_invitations_token unique (tenant_id, token_hash)
        )""",
        """create table sessions (
            tenant_id uuid not null,
            id_hash bytea not null,
            person_id uuid not null,
            created_at timestamptz not null default now(),
            seen_at timestamptz not null default now(),
            expires_at timestamptz not null,
            constraint pk_sessions primary key (tenant_id, id_hash),
            constraint fk_sessions_person foreign key (tenant_id, person_id) references people (tenant_id, id)
        )""",
        "create index ix_sessions_person on sessions (tenant_id, person_id)",
        """create table sign_in_failures (
            tenant_id uuid not null,
            id uuid not null,
            login_digest bytea not null,
            at timestamptz not null default now(),
            constraint pk_sign_in_failures primary key (tenant_id, id)
        )""",
        "create index ix_sign_in_failures_login on sign_in_failures (tenant_id, login_digest, at)",
    )
    isolate("people", "select, insert, update")
    isolate("grants", "select, insert, update")
    isolate("account_invitations", "select, insert, update")
    isolate("sessions")
    isolate("sign_in_failures", "select, insert, delete")


def audit() -> None:
    run(
        """create table audit_rows (
            tenant_id uuid not null,
            id uuid not null,
            at timestamptz not null default clock_timestamp(),
            actor text not null,
            tag text not null,
            subject text not null,
            before jsonb,
            after jsonb,
            transaction xid8 not null default pg_current_xact_id(),
            constraint pk_audit_rows primary key (tenant_id, id),
            constraint ck_audit_rows_tag check (tag ~ '^[a-z_]+:[a-z_]+:[a-z_]+$')
        )""",
        "create index ix_audit_rows_transaction on audit_rows (transaction)",
        "create index ix_audit_rows_subject on audit_rows (tenant_id, subject, at)",
        """create table audit_blocks (
            number bigint not null,
            sealed_at timestamptz not null default clock_timestamp(),
            row_ids uuid[] not null,
            merkle_root bytea not null,
            previous_hash bytea not null,
            hash bytea not null,
            horizon xid8 not null,
            ceiling xid8 not null,
            constraint pk_audit_blocks primary key (number),
            constraint uq_audit_blocks_hash unique (hash)
        )""",
        "create policy audit_rows_sealer on audit_rows for select to parindex_sealer using (true)",
        "grant select on audit_rows to parindex_sealer",
        "grant select, insert on audit_blocks to parindex_sealer",
        "grant select on audit_blocks to parindex_app",
    )
    isolate("audit_rows", "select, insert")
    freeze("audit_rows")
    freeze("audit_blocks")


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")

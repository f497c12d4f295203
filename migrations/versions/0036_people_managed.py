"""The office manages its people: roles from a day to a day, who left, who stands in for whom, what is known of use.

``person_traces`` holds what passes by: by which a person is found and sorted, and when they were seen last. An account that
was there before is counted as unused from this version on, not from its making. How the names of those accounts are sorted
is as near as SQL comes; their next change writes it anew.
"""

from parindex.store.tenancy_v2 import isolate, limits, run

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
"""The alphabet, in which a letter's place is its weight."""


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    accounts()
    traces()
    delegations()
    deeds_for_others()
    office()


def accounts() -> None:
    run(
        "alter table people add column email text, add column disabled_why text, add column disabled_reason text",
        """alter table people add constraint ck_people_disabled check (
            disabled_why is null or (disabled_at is not null and disabled_why in ('idle', 'stopped', 'left'))) not valid""",
        "select watch_table('people')",
        """alter table account_invitations add column purpose text, add column made_at timestamptz,
            add column ended_at timestamptz""",
        """alter table account_invitations add constraint ck_account_invitations_purpose check (
            purpose in ('invite', 'reset')) not valid""",
        "select watch_table('account_invitations')",
        "alter table sessions add column browser text",
    )


def traces() -> None:
    weights = "".join(chr(0x41 + place) for place in range(len(LETTERS)))
    tones = "\u0300\u0309\u0303\u0301\u0323"
    run(
        """create table person_traces (
            tenant_id uuid not null,
            person_id uuid not null,
            search_key text not null,
            sort_key text not null,
            seen_at timestamptz,
            counted_from timestamptz not null default now(),
            constraint pk_person_traces primary key (tenant_id, person_id),
            constraint fk_person_traces_person foreign key (tenant_id, person_id) references people (tenant_id, id)
        )""",
        "create index ix_person_traces_sort on person_traces (tenant_id, sort_key, person_id)",
    )
    isolate("person_traces", "select, insert, update")
    run(
        f"""do $do$
        declare
            tenant uuid;
        begin
            for tenant in select t.id from tenants t loop
                perform set_config('parindex.tenant', tenant::text, true);
                insert into person_traces (tenant_id, person_id, search_key, sort_key, seen_at)
                    select p.tenant_id, p.id,
                        replace(regexp_replace(normalize(lower(p.name || ' ' || p.login), NFD), U&'[\\0300-\\036f]', '', 'g'),
                            'đ', 'd'),
                        translate(normalize(translate(normalize(lower(p.name), NFD), '{tones}', ''), NFC), '{LETTERS}', '{weights}'),
                        (select max(s.seen_at) from sessions s where s.tenant_id = p.tenant_id and s.person_id = p.id)
                    from people p;
            end loop;
            perform set_config('parindex.tenant', '', true);
        end $do$""",
    )


def delegations() -> None:
    """A clock of practice that is set back takes nobody's role: ``rights_now`` is never before now."""
    run(
        """create function rights_now() returns timestamptz language sql stable as $$
            select greatest(now(), parindex_now()) $$""",
        """create table delegations (
            tenant_id uuid not null,
            id uuid not null,
            from_person uuid not null,
            to_person uuid not null,
            kind text not null,
            role text not null,
            valid_from timestamptz not null,
            valid_to timestamptz not null,
            reason text not null,
            basis text not null,
            recorded_by text not null,
            recorded_at timestamptz not null default now(),
            revoked_by text,
            revoked_at timestamptz,
            constraint pk_delegations primary key (tenant_id, id),
            constraint fk_delegations_from foreign key (tenant_id, from_person) references people (tenant_id, id),
            constraint fk_delegations_to foreign key (tenant_id, to_person) references people (tenant_id, id),
            constraint ck_delegations_other check (from_person <> to_person),
            constraint ck_delegations_days check (valid_to > valid_from),
            constraint ck_delegations_kind check (kind in ('approve_sheet', 'run_steps', 'appraise')),
            constraint ck_delegations_revoked check ((revoked_at is null) = (revoked_by is null))
        )""",
        "create index ix_delegations_to on delegations (tenant_id, to_person)",
        "create index ix_delegations_from on delegations (tenant_id, from_person)",
    )
    isolate("delegations", "select, insert, update")
    run("select watch_table('delegations')")


def deeds_for_others() -> None:
    """For whom whoever did it stood in."""
    for table in ("sheet_transitions", "cycle_transitions", "appraisals"):
        run(f"alter table {table} add column for_person uuid", f"select watch_table('{table}')")


def office() -> None:
    run(
        """create table tenant_settings (
            tenant_id uuid not null,
            name text not null,
            value jsonb not null,
            constraint pk_tenant_settings primary key (tenant_id, name),
            constraint fk_tenant_settings_tenant foreign key (tenant_id) references tenants (id)
        )""",
        """create table rights_reviews (
            tenant_id uuid not null,
            id uuid not null,
            at timestamptz not null default now(),
            by_person text not null,
            accounts integer not null,
            note text not null,
            constraint pk_rights_reviews primary key (tenant_id, id),
            constraint fk_rights_reviews_tenant foreign key (tenant_id) references tenants (id)
        )""",
        """create table people_imports (
            tenant_id uuid not null,
            id uuid not null,
            by_person uuid not null,
            file_name text not null,
            content bytea not null,
            at timestamptz not null default now(),
            written_at timestamptz,
            written uuid[] not null default '{}',
            constraint pk_people_imports primary key (tenant_id, id),
            constraint fk_people_imports_person foreign key (tenant_id, by_person) references people (tenant_id, id),
            constraint ck_people_imports_content check (octet_length(content) <= 5000000)
        )""",
        """create table first_links (
            tenant_id uuid not null,
            id uuid not null,
            token_hash bytea not null,
            expires_at timestamptz not null,
            used_at timestamptz,
            constraint pk_first_links primary key (tenant_id, id),
            constraint fk_first_links_tenant foreign key (tenant_id) references tenants (id),
            constraint uq_first_links_token unique (tenant_id, token_hash)
        )""",
    )
    isolate("tenant_settings", "select, insert, update")
    isolate("rights_reviews", "select, insert")
    isolate("people_imports")
    isolate("first_links", "select, insert, update")
    run(*(f"select watch_table('{table}')" for table in ("tenant_settings", "rights_reviews", "first_links")))


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")

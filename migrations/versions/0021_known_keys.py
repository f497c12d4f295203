"""What the database knows of the files beside it: the public keys that signed editions, a digest of each secret."""

from parindex.store.tenancy_v2 import freeze, isolate, limits, run

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    run(
        """create table signing_keys (
            tenant_id uuid not null,
            key_id text not null,
            public_key text not null,
            known_at timestamptz not null default clock_timestamp(),
            constraint pk_signing_keys primary key (tenant_id, key_id),
            constraint fk_signing_keys_tenant foreign key (tenant_id) references tenants (id),
            constraint ck_signing_keys_id check (key_id ~ '^[0-9a-f]{16}$'
                and key_id = left(encode(sha256(decode(public_key, 'base64')), 'hex'), 16))
        )""",
    )
    isolate("signing_keys", "select, insert")
    freeze("signing_keys")
    run(
        """do $$
        declare
            tenant uuid;
        begin
            for tenant in select t.id from tenants t loop
                perform set_config('parindex.tenant', tenant::text, true);
                insert into signing_keys (tenant_id, key_id, public_key)
                    select distinct on (e.key_id) e.tenant_id, e.key_id,
                        convert_from(e.content, 'UTF8')::json #>> '{signature,public_key}'
                    from editions e where e.tenant_id = tenant order by e.key_id, e.published_at;
            end loop;
            perform set_config('parindex.tenant', '', true);
        end $$""",
        "select watch_table('signing_keys')",
        """create table installation_secrets (
            name text not null,
            digest text not null,
            known_at timestamptz not null default clock_timestamp(),
            constraint pk_installation_secrets primary key (name),
            constraint ck_installation_secrets_digest check (digest ~ '^[0-9a-f]{64}$')
        )""",
        "grant select, insert on installation_secrets to parindex_app",
    )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")

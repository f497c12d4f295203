"""What answers of earlier versions tell of their days and ways goes where version 0027 put it.

Of open rounds the way moves beside. Locked rounds are written anew without days and ways, as a lock does it today, and
the record is told their new digest. Each statement can be run again.
"""

from parindex.store.tenancy_v2 import limits, run, unlocked

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

OF_EACH_TENANT = """do $$
    declare
        suffix text;
        tenant uuid;
        round_id uuid;
        held boolean;
    begin
        for tenant in select t.id from tenants t loop
            perform set_config('parindex.tenant', tenant::text, true);
            for round_id in select r.id from survey_rounds r where r.tenant_id = tenant and {which} loop
                suffix := replace(round_id::text, '-', '');
                {does}
            end loop;
        end loop;
        perform set_config('parindex.tenant', '', true);
    end $$"""

MOVED = """
                execute format('insert into %I (tenant_id, survey_round, response_id, channel)
                    select r.tenant_id, r.survey_round, r.id, r.channel from %I r where r.channel is not null
                    on conflict do nothing', 'response_paradata_' || suffix, 'responses_' || suffix);
                execute format('update %I set channel = null where channel is not null', 'responses_' || suffix);"""

COARSENED = """
                execute format('select exists (select from %I where day is not null or channel is not null)',
                    'responses_' || suffix) into held;
                continue when not held;
                execute format('analyze %I', 'responses_' || suffix);
                create temporary table no_paradata (response_id uuid, channel text) on commit drop;
                perform list_lock_units(round_id);
                perform count_fieldwork(round_id, ('responses_' || suffix)::regclass, 'no_paradata'::regclass);
                execute format('create table %I (like responses including defaults including constraints)',
                    'responses_new_' || suffix);
                execute format('insert into %I (tenant_id, survey_round, id, client_id, sample_unit, answers, part)
                    select r.tenant_id, r.survey_round, r.id, r.client_id, r.sample_unit, r.answers, d.part
                    from %I r join lock_units u on u.unit = r.sample_unit
                    left join field_parts(%L, %L) d on d.stratum = u.stratum and d.day = r.day order by r.id',
                    'responses_new_' || suffix, 'responses_' || suffix, round_id, 'responses_' || suffix);
                drop table no_paradata, lock_units;
                execute format('alter table %I drop constraint fk_response_texts_response',
                    'response_texts_' || suffix);
                execute format('drop table %I', 'responses_' || suffix);
                execute format('alter table %I rename to %I', 'responses_new_' || suffix, 'responses_' || suffix);
                execute format('alter table %I add constraint %I primary key (survey_round, id),
                    add constraint %I unique (client_id, survey_round, tenant_id)', 'responses_' || suffix,
                    'pk_responses_' || suffix, 'uq_responses_client_' || suffix);
                execute format('alter table responses attach partition %I for values in (%L)',
                    'responses_' || suffix, round_id);
                execute format('alter table %I add constraint fk_response_texts_response
                    foreign key (survey_round, response_id) references %I (survey_round, id)',
                    'response_texts_' || suffix, 'responses_' || suffix);
                perform isolate_partition('responses_' || suffix);
                execute format('create trigger locked before insert or update or delete on %I
                    for each row execute function refuse_change()', 'responses_' || suffix);
                execute format('create trigger locked_whole before truncate on %I
                    for each statement execute function refuse_change()', 'responses_' || suffix);
                execute format('analyze %I', 'responses_' || suffix);
                insert into audit_rows (tenant_id, id, actor, tag, subject, after) values (tenant, new_row_id(), 'system',
                    'surveys:round:coarsen', round_id::text, jsonb_build_object('digests',
                    jsonb_build_object('responses', round_digest(round_id, 'responses'))));"""


def upgrade() -> None:
    limits(lock="3s", statement="30min")
    with unlocked():
        run(
            OF_EACH_TENANT.format(which="r.state in ('open', 'locking')", does=MOVED),
            OF_EACH_TENANT.format(which="r.state = 'locked'", does=COARSENED),
            "alter table responses validate constraint ck_responses_part",
        )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")

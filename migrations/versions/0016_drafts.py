"""A draft of a year may be changed and deleted, as long as it asked nobody anything.

A survey round takes other names, days and least counts while nobody was invited. ``delete_draft_year`` takes a draft
away with its rounds and their samples; their partitions are held first, so that no answer comes while it looks.
"""

from parindex.store.tenancy_v2 import limits, run

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

PARTITIONED = (
    "response_links", "response_drafts", "survey_round_secrets", "response_texts", "responses", "invitations",
)  # fmt: skip
OF_PEOPLE = ("invitations", "responses", "response_links", "response_drafts")
CHANGEABLE = "title_vi, title_en, opens_on, closes_on, min_n, contact"


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    rounds()
    deleting()


def rounds() -> None:
    asked = " or ".join(
        f"exists (select from {table} t where t.survey_round = new.id and t.tenant_id = new.tenant_id)"
        for table in ("invitations", "responses")
    )
    run(
        f"""create function check_round_unasked() returns trigger language plpgsql as $$
        begin
            if new.state <> 'open' or {asked} then
                raise exception 'survey round % asked somebody already', new.id
                    using errcode = 'check_violation', constraint = 'ck_survey_rounds_unasked';
            end if;
            return new;
        end $$""",
        f"""create trigger survey_rounds_unasked before update of {CHANGEABLE} on survey_rounds
            for each row execute function check_round_unasked()""",
        f"grant update ({CHANGEABLE}) on survey_rounds to parindex_app",
    )


def deleting() -> None:
    partitions = ", ".join(f"'{name}'" for name in PARTITIONED)
    of_people = ", ".join(f"'{name}'" for name in OF_PEOPLE)
    run(
        f"""create function delete_draft_year(p_cycle uuid) returns void
        language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '3s' as $$
        declare
            round_id uuid;
            suffix text;
            parent text;
            held boolean;
        begin
            perform from cycles c where c.id = p_cycle and c.state = 'draft' for update;
            if not found then
                raise exception 'no draft of a year %', p_cycle using errcode = 'no_data_found';
            end if;
            for round_id in select r.id from survey_rounds r where r.cycle_id = p_cycle and r.state = 'open' loop
                suffix := replace(round_id::text, '-', '');
                foreach parent in array array[{partitions}] loop
                    execute format('lock table %I in access exclusive mode', parent || '_' || suffix);
                end loop;
                foreach parent in array array[{of_people}] loop
                    execute format('select exists (select from %I)', parent || '_' || suffix) into held;
                    if held then
                        raise exception 'survey round % asked somebody already', round_id
                            using errcode = 'check_violation', constraint = 'ck_survey_rounds_unasked';
                    end if;
                end loop;
                foreach parent in array array[{partitions}] loop
                    execute format('drop table %I', parent || '_' || suffix);
                end loop;
                delete from sample_units u where u.survey_round = round_id;
                delete from survey_rounds r where r.id = round_id;
            end loop;
            delete from cycle_bodies b where b.cycle_id = p_cycle;
            delete from cycle_agencies a where a.cycle_id = p_cycle;
            delete from cycles c where c.id = p_cycle;
        end $$""",
        "revoke execute on function delete_draft_year(uuid) from public",
        "grant execute on function delete_draft_year(uuid) to parindex_app",
    )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")

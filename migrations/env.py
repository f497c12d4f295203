"""Runs migrations on the connection that ``parindex.store.migrate`` hands over, each in a transaction of its own."""

from alembic import context

configuration = context.config.attributes
context.configure(
    connection=configuration["connection"],
    target_metadata=None,
    version_table="schema_version",
    transaction_per_migration=True,
    on_version_apply=configuration["between"],
)
with context.begin_transaction():
    context.run_migrations()

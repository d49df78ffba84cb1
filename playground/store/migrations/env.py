"""What Alembic runs to migrate: uses the connection that it is given and its transaction.

It opens none itself, so that nobody migrates a database that has not been looked at first.
"""

from __future__ import annotations

from alembic import context

from playground.store.schema import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()

"""Pooled connections that are known to be alive without a question to PostgreSQL.

Psycopg's own check asks with a statement, before each request. A server that ends a
session says so unasked and closes it: then there is something to read.
"""

import select
from typing import Any

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, but for connections out of the pool that PostgreSQL has hung up."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:  # noqa: ANN401
        connection = super().get_new_connection(conn_params)
        while self.pool and _has_hung_up(connection):
            connection.close()
            self.pool.putconn(connection)  # which opens another in its place
            connection = self.pool.getconn()
        return connection


def _has_hung_up(connection: Any) -> bool:  # noqa: ANN401
    """Whether an idle session has anything to say."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))

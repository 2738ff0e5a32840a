"""Who a session belongs to."""

from typing import Final

from django.contrib.auth.backends import ModelBackend
from django.db import connection

from accounts.models import User
from accounts.raw_statements import column_list, next_instance

_USER: Final = f"SELECT {column_list('u', User)} FROM accounts_user u WHERE id = %s"  # noqa: S608


class PasswordBackend(ModelBackend):
    """Name and password; every request reads its person in one prepared statement."""

    def get_user(self, user_id: int) -> User | None:
        with connection.cursor() as cursor:
            cursor.execute(_USER, [user_id])
            row = cursor.fetchone()
        if row is None:
            return None
        user = next_instance(User, iter(row))
        return user if self.user_can_authenticate(user) else None

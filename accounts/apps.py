"""The accounts app: who a person is, and nothing about studies."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # They register themselves: with the API's description, and for sign-ins.
        from accounts import api_schema, freshness  # noqa: F401
        from accounts.open_sessions import tracking  # noqa: F401

"""The accounts app: who a person is, and nothing about studies."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # Registers itself with the API's description.
        from accounts import api_schema  # noqa: F401

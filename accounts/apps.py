"""The accounts app: who a person is, and nothing about studies."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

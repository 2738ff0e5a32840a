"""The operations app: it has commands, and no tables."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "operations"

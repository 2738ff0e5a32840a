"""The operations app: backups, checks, and what admins see of the installation."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "operations"

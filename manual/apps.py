"""The manual app: the pages of docs/ where people work."""

from django.apps import AppConfig


class ManualConfig(AppConfig):
    name = "manual"

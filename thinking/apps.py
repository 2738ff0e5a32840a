"""The thinking app: multiple-choice items about videos."""

from django.apps import AppConfig


class ThinkingConfig(AppConfig):
    name = "thinking"

"""The generation app: models write comments."""

from django.apps import AppConfig


class GenerationConfig(AppConfig):
    name = "generation"

"""The judges app: models that guess what people would say."""

from django.apps import AppConfig


class JudgesConfig(AppConfig):
    name = "judges"

"""The demo app: a study of our own making, for a first look."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "demo"

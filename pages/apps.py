"""The page kit: an app without tables, so that Django finds its template tags."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "pages"

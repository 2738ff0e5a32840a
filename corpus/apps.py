"""The corpus app: videos, comments, and who wrote them."""

from django.apps import AppConfig


class CorpusConfig(AppConfig):
    name = "corpus"

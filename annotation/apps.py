"""The annotation app: the blind comment test itself."""

from django.apps import AppConfig


class AnnotationConfig(AppConfig):
    name = "annotation"

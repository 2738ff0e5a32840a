"""The analysis app: judgments to numbers."""

from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    name = "analysis"

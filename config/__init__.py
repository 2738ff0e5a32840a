"""Composition root: settings, URLs, Celery and WSGI. Nobody imports it."""

from config.celery import app as celery_app

__all__ = ["celery_app"]

"""The Celery application: every package's tasks, one broker."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("mimic_bench")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

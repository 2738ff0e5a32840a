"""The Celery application: every package's tasks, one broker."""

import os

from celery import Celery
from celery.signals import celeryd_init

from corpus.media.confinement import keep_secrets

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("mimic_bench")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect  # type: ignore[untyped-decorator]
def _keep_secrets(**_: object) -> None:
    """Before it starts any other process, the worker closes itself to all of them."""
    keep_secrets()

"""The Celery application: every package's tasks, one broker."""

import gc
import os

from celery import Celery
from celery.signals import celeryd_init, worker_init

from corpus.media.confinement import keep_secrets

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# They load every page; the web and `manage.py` make them.
os.environ.setdefault("CELERY_SKIP_CHECKS", "yes")

app = Celery("mimic_bench")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect  # type: ignore[untyped-decorator]
def _keep_secrets(**_: object) -> None:
    """Before it starts any other process, the worker closes itself to all of them."""
    keep_secrets()


@worker_init.connect  # type: ignore[untyped-decorator]
def _share_what_is_loaded(**_: object) -> None:
    """What children need is loaded before they are forked, and its pages are shared.

    The collector would write into each of them. (Measured: docs/operations.md.)
    """
    app.connection_for_write().get_transport_cls()
    gc.collect()
    gc.freeze()

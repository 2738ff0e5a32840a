"""WSGI entry point of the web server."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from operations.metrics.folder import prepare_folder

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

if settings.METRICS_TOKEN:
    # Before anything that counts is loaded.
    prepare_folder(settings.METRICS_FOLDER)

application = get_wsgi_application()

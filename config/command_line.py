"""Django's command line: `manage.py` of a checkout, `mimic-manage` once installed."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run the command that the words after the program's name ask for."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    execute_from_command_line(sys.argv)

"""manage.py load_demo: the demo's accounts, clips and studies, once."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo.loading import DemoError, load_demo


class Command(BaseCommand):
    help = (
        "Set up the demo: three accounts with well-known passwords, eight drawn clips, "
        "a study with simulated judgments and a draft. A second run changes nothing."
    )

    def handle(self, *_args: object, **_options: object) -> None:
        if not settings.DEMO:
            msg = (
                "The demo's accounts have well-known passwords, so it only loads with "
                "DEMO=1. Use `python3 bootstrap.py demo`."
            )
            raise CommandError(msg)
        try:
            load_demo(say=self.stdout.write)
        except DemoError as error:
            raise CommandError(str(error)) from error

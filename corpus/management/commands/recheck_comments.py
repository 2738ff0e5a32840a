"""manage.py recheck_comments: which comments are usable by today's rule."""

from django.core.management.base import BaseCommand

from corpus.importing.wording import reasons_in_words
from corpus.rechecking import recheck_comments


class Command(BaseCommand):
    help = (
        "Check every comment against today's rule of what can be used in a study. "
        "Texts and sealed batches don't change; fill drafts again afterwards."
    )

    def handle(self, **_options: object) -> None:
        changed = recheck_comments()
        usable = changed.pop("", 0)
        self.stdout.write(f"Usable now: {usable:,}.")
        words = reasons_in_words(changed)
        self.stdout.write(f"No longer usable: {changed.total():,}.")
        if words:
            self.stdout.write(f"  {words}")

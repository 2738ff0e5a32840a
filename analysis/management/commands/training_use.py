"""manage.py training_use STUDY: may anybody train on the study's judgments?"""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from analysis.errors import AnalysisError
from analysis.management.commands.report import study_by_key
from analysis.selectors.preferences import consent_versions, refusal_of
from analysis.services.training_use import (
    record_training_consent,
    set_evaluation_only,
    take_back_training_consent,
)


class Command(BaseCommand):
    help = (
        "Record which version of the consent text says that answers may be used to "
        "train models, or that a study is for evaluation only. Without an option, say "
        "what is recorded."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("study", help="the study's key")
        parser.add_argument(
            "--consent", type=int, metavar="VERSION", help="this version names training"
        )
        parser.add_argument("--not-consent", type=int, metavar="VERSION")
        only = parser.add_mutually_exclusive_group()
        only.add_argument(
            "--evaluation-only", action="store_true", default=None, dest="only"
        )
        only.add_argument("--not-evaluation-only", action="store_false", dest="only")

    def handle(
        self,
        *_args: object,
        study: str,
        consent: int | None,
        not_consent: int | None,
        only: bool | None,
        **_options: object,
    ) -> None:
        found = study_by_key(study)
        try:
            if consent is not None:
                record_training_consent(study=found, version=consent, actor=None)
        except AnalysisError as error:
            raise CommandError(str(error), returncode=2) from error
        if not_consent is not None:
            take_back_training_consent(study=found, version=not_consent, actor=None)
        if only is not None:
            set_evaluation_only(study=found, is_evaluation_only=only, actor=None)
        for one in consent_versions(found):
            told = "names training" if one.is_recorded else "not recorded"
            self.stdout.write(f"Consent text, version {one.document.version}: {told}")
        self.stdout.write(refusal_of(found) or "Judgments may be trained on.")

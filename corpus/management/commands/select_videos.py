"""manage.py select_videos: run the selection funnel and report what each rule drops."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.text import slugify

from corpus.comment_style import Style
from corpus.drawing import Draw
from corpus.engagement import EngagementWeights
from corpus.errors import SelectionKeyTakenError
from corpus.models import Video
from corpus.selection import METADATA_FIELDS, Selection, SelectionRules
from corpus.selection_words import methods_sentences
from corpus.selections import run_funnel, save_selection
from corpus.selectors import style_mix

_DEFAULTS = SelectionRules()


def _share(text: str) -> tuple[str, float]:
    platform, _, number = text.partition("=")
    try:
        return platform, float(number)
    except ValueError as error:
        msg = f"{text!r} is not NAME=NUMBER, such as tiktok=0.02"
        raise ArgumentTypeError(msg) from error


class Command(BaseCommand):
    help = (
        "Select videos for a benchmark: the most engaging of each platform, with "
        "complete metadata, enough usable comments and a clip that decodes."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--share",
            action="append",
            type=_share,
            default=[],
            metavar="PLATFORM=SHARE",
            help="share of a platform's videos to keep (default: "
            "tiktok=0.02 youtube=0.05); may be given several times",
        )
        parser.add_argument(
            "--other-share", type=float, default=_DEFAULTS.other_top_share
        )
        parser.add_argument(
            "--require",
            nargs="*",
            default=list(METADATA_FIELDS),
            choices=METADATA_FIELDS,
            help="metadata that may not be empty (default: all four)",
        )
        parser.add_argument(
            "--min-comments", type=int, default=_DEFAULTS.min_usable_comments
        )
        parser.add_argument(
            "--without-clips",
            action="store_true",
            help="keep videos without a playable clip",
        )
        parser.add_argument(
            "--min-duration", type=float, default=_DEFAULTS.min_duration_s
        )
        parser.add_argument(
            "--max-duration", type=float, default=_DEFAULTS.max_duration_s
        )
        parser.add_argument("--category-cap", type=int)
        parser.add_argument(
            "--number", type=int, metavar="N", help="take N of the videos that are left"
        )
        parser.add_argument(
            "--draw",
            choices=[one.value for one in Draw],
            default=_DEFAULTS.draw.value,
            help="how they are taken: the most engaging, at random, or at random "
            "within categories, in proportion or as many of each",
        )
        parser.add_argument(
            "--seed", type=int, default=_DEFAULTS.seed, help="of a random draw"
        )
        parser.add_argument(
            "--weight",
            action="append",
            type=_share,
            default=[],
            metavar="COUNT=WEIGHT",
            help="weight of like, favorite, share or comment in the engagement "
            "(default: the paper's, 1, 0.8, 0.5 and 1.2)",
        )
        parser.add_argument("--json", action="store_true", help="report as JSON")
        parser.add_argument(
            "--save", metavar="NAME", help="store the selection under this name"
        )

    def handle(self, *_args: object, **options: Any) -> None:  # noqa: ANN401
        rules = _rules(options)
        selection = run_funnel(rules)
        name = options["save"]
        if name:
            self._save(name, rules, selection)
        styles = style_mix(selection.video_ids)
        if options["json"]:
            self._write_json(rules, selection, styles)
        else:
            self._write_table(selection, styles)
            self.stdout.write(methods_sentences(rules, selection))

    def _save(self, name: str, rules: SelectionRules, selection: Selection) -> None:
        key = slugify(name)
        if not key:
            msg = f"{name!r} has no letter or digit, so it can't become a key."
            raise CommandError(msg)
        try:
            save_selection(key=key, title=name, rules=rules, selection=selection)
        except SelectionKeyTakenError as error:
            raise CommandError(str(error)) from error
        self.stderr.write(f"Saved as {key}.")

    def _write_json(
        self, rules: SelectionRules, selection: Selection, styles: Mapping[Style, int]
    ) -> None:
        labels = {
            video.pk: video.label
            for video in Video.objects.filter(pk__in=selection.video_ids).only(
                "platform", "external_id", "content_sha256"
            )
        }
        report = {
            "settings": rules.as_json(),
            **selection.funnel_json(),
            "comment_styles": {style.value: count for style, count in styles.items()},
            "videos": [labels[video_id] for video_id in selection.video_ids],
        }
        self.stdout.write(json.dumps(report, indent=2, ensure_ascii=False))

    def _write_table(self, selection: Selection, styles: Mapping[Style, int]) -> None:
        for outcome in selection.funnel:
            self.stdout.write(
                f"{outcome.rule.value:<14}{outcome.before:>9,}"
                f"{-outcome.dropped:>9,}{outcome.after:>9,}  "
                f"{_pairs(outcome.dropped_by_platform.items())}"
            )
        self.stdout.write(f"selected: {len(selection.video_ids):,}")
        self.stdout.write(f"by platform: {_pairs(selection.by_platform.items())}")
        self.stdout.write(f"by category: {_pairs(selection.by_category.items())}")
        self.stdout.write(f"comment styles: {_pairs(styles.items())}")


def _rules(options: Mapping[str, Any]) -> SelectionRules:
    try:
        return SelectionRules(
            top_shares={**_DEFAULTS.top_shares, **dict(options["share"])},
            other_top_share=options["other_share"],
            required_fields=tuple(options["require"]),
            min_usable_comments=options["min_comments"],
            require_clip=not options["without_clips"],
            min_duration_s=options["min_duration"],
            max_duration_s=options["max_duration"],
            category_cap=options["category_cap"],
            engagement_weights=_weights(options["weight"]),
            size=options["number"],
            draw=Draw(options["draw"]),
            seed=options["seed"],
        )
    except ValueError as error:
        raise CommandError(str(error)) from error


def _weights(given: Iterable[tuple[str, float]]) -> EngagementWeights:
    weights = dict(given)
    known = [one.name for one in fields(EngagementWeights)]
    if unknown := set(weights) - set(known):
        names = ", ".join(sorted(unknown))
        msg = f"No counts of engagement: {names}. Known: {', '.join(known)}."
        raise ValueError(msg)
    return EngagementWeights(**weights)


def _pairs(counts: Iterable[tuple[str, int]]) -> str:
    """Names and counts in one line; a name that is missing is shown as such."""
    pairs = (f"{name or '(none)'} {count:,}" for name, count in counts)
    return ", ".join(pairs) or "none"

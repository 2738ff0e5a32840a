"""The readings of agreement: what each is called, and what it means in one sentence."""

from dataclasses import dataclass

from analysis.metrics.agreement import AgreementFigures
from pages.phrases import Phrase
from pages.phrases import phrase as _


@dataclass(frozen=True)
class Words:
    """One figure of `AgreementFigures`, for people; its decimals in tables."""

    heading: Phrase
    meaning: Phrase
    decimals: int = 3


READINGS = AgreementFigures(
    pairwise_pct=Words(
        _("Pairwise agreement, mean over comments, %"),
        _(
            "How often two annotators of a comment gave the same verdict. Every "
            "comment has the same weight."
        ),
        decimals=1,
    ),
    pairwise_pooled_pct=Words(
        _("Pairwise agreement, pooled, %"),
        _(
            "The same over all pairs of annotators, so comments with more annotators "
            "weigh more."
        ),
        decimals=1,
    ),
    unanimous_pct=Words(
        _("Unanimous comments, %"),
        _(
            "Comments to which all annotators gave the same verdict. Falls as "
            "annotators are added."
        ),
        decimals=1,
    ),
    majority_share_pct=Words(
        _("Share of the most frequent verdict, %"),
        _("The mean size of the majority on a comment."),
        decimals=1,
    ),
    alpha_nominal_verdict=Words(
        _("Krippendorff's α, verdicts"),
        _(
            "Agreement on the verdict beyond chance: 1 is perfect agreement, 0 is "
            "chance. Low when nearly all verdicts are the same."
        ),
    ),
    alpha_ordinal_score=Words(
        _("Krippendorff's α, scores, ordinal"),
        _("Agreement on the score beyond chance, by rank: which score is higher."),
    ),
    alpha_interval_score=Words(
        _("Krippendorff's α, scores, interval"),
        _("Agreement on the score beyond chance, by distance: how far scores differ."),
    ),
    fleiss_kappa_verdict=Words(
        _("Fleiss' κ, verdicts"),
        _("Like α for verdicts, without its correction for small samples."),
    ),
    ac1_verdict=Words(
        _("Gwet's AC1, verdicts"),
        _(
            "Agreement on the verdict beyond chance, with a definition of chance by "
            "which unbalanced verdicts hardly lower it. Far above α: verdicts are "
            "unbalanced."
        ),
    ),
    ac2_quadratic_score=Words(
        _("Gwet's AC2, scores, quadratic"),
        _("The same for scores, with partial credit for scores that are close."),
    ),
    score_exact_pct=Words(
        _("Pairs with equal scores, %"),
        _(
            "How often two annotators of a comment gave the same score. Not corrected "
            "for chance."
        ),
        decimals=1,
    ),
    score_within1_pct=Words(
        _("Pairs with scores at most 1 apart, %"),
        _("How often their scores differed by at most 1. Not corrected for chance."),
        decimals=1,
    ),
)

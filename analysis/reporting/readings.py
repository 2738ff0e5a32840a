"""The readings of agreement: what each is called, and what it means in one sentence."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """One figure of `AgreementFigures`, for people."""

    name: str
    heading: str
    meaning: str


READINGS = (
    Reading(
        "pairwise_pct",
        "Pairs that agree, mean over comments, %",
        "Take a comment, then two of its annotators: how often they gave one verdict. "
        "Every comment weighs the same.",
    ),
    Reading(
        "pairwise_pooled_pct",
        "Pairs that agree, pooled, %",
        "The same over all pairs of annotators, so that comments with more annotators "
        "weigh more.",
    ),
    Reading(
        "unanimous_pct",
        "Comments with one verdict throughout, %",
        "How many comments divided nobody; it falls with every annotator more.",
    ),
    Reading(
        "majority_share_pct",
        "Share of the most frequent verdict, %",
        "How large the majority is on a comment, on average; never below 50 %.",
    ),
    Reading(
        "alpha_nominal_verdict",
        "Krippendorff's α, verdicts",
        "Agreement on the verdict beyond chance: 1 is full agreement, 0 what chance "
        "gives; it is low when nearly all answers are alike.",
    ),
    Reading(
        "alpha_ordinal_score",
        "Krippendorff's α, scores, ordinal",
        "Agreement on the score beyond chance, counting only which score is higher.",
    ),
    Reading(
        "alpha_interval_score",
        "Krippendorff's α, scores, interval",
        "Agreement on the score beyond chance, counting how many points lie between.",
    ),
    Reading(
        "fleiss_kappa_verdict",
        "Fleiss' κ, verdicts",
        "Like α on verdicts, without its correction for small samples.",
    ),
    Reading(
        "ac1_verdict",
        "Gwet's AC1, verdicts",
        "Agreement on the verdict beyond chance, with chance counted so that lopsided "
        "answers hardly lower it: far above α means that answers are lopsided.",
    ),
    Reading(
        "ac2_quadratic_score",
        "Gwet's AC2, scores, quadratic",
        "The same for scores; a score that is nearly right counts nearly in full.",
    ),
    Reading(
        "score_exact_pct",
        "Pairs with equal scores, %",
        "How often two annotators of a comment gave the same score, chance included.",
    ),
    Reading(
        "score_within1_pct",
        "Pairs with scores at most 1 apart, %",
        "How often their scores were the same or neighbours, chance included.",
    ),
)

"""The readings of agreement: what each is called, and what it means in one sentence."""

from dataclasses import dataclass

from analysis.metrics.agreement import AgreementFigures


@dataclass(frozen=True)
class Words:
    """One figure of `AgreementFigures`, for people; its decimals in tables."""

    heading: str
    meaning: str
    decimals: int = 3


READINGS = AgreementFigures(
    pairwise_pct=Words(
        "Pairs that agree, mean over comments, %",
        "Take a comment, then two of its annotators: how often they gave one verdict. "
        "Every comment weighs the same.",
        decimals=1,
    ),
    pairwise_pooled_pct=Words(
        "Pairs that agree, pooled, %",
        "The same over all pairs of annotators, so that comments with more annotators "
        "weigh more.",
        decimals=1,
    ),
    unanimous_pct=Words(
        "Comments with one verdict throughout, %",
        "How many comments got one verdict from all their annotators; it falls as "
        "annotators are added.",
        decimals=1,
    ),
    majority_share_pct=Words(
        "Share of the most frequent verdict, %",
        "How large the majority is on a comment, on average; never below 50 %.",
        decimals=1,
    ),
    alpha_nominal_verdict=Words(
        "Krippendorff's α, verdicts",
        "Agreement on the verdict beyond chance: 1 is full agreement, 0 what chance "
        "gives; it is low when nearly all answers are alike.",
    ),
    alpha_ordinal_score=Words(
        "Krippendorff's α, scores, ordinal",
        "Agreement on the score beyond chance, counting only which score is higher.",
    ),
    alpha_interval_score=Words(
        "Krippendorff's α, scores, interval",
        "Agreement on the score beyond chance, counting how many points lie between.",
    ),
    fleiss_kappa_verdict=Words(
        "Fleiss' κ, verdicts",
        "Like α on verdicts, without its correction for small samples.",
    ),
    ac1_verdict=Words(
        "Gwet's AC1, verdicts",
        "Agreement on the verdict beyond chance, with chance counted so that lopsided "
        "answers hardly lower it: far above α means that answers are lopsided.",
    ),
    ac2_quadratic_score=Words(
        "Gwet's AC2, scores, quadratic",
        "The same for scores; a score that is nearly right counts nearly in full.",
    ),
    score_exact_pct=Words(
        "Pairs with equal scores, %",
        "How often two annotators of a comment gave the same score, chance included.",
        decimals=1,
    ),
    score_within1_pct=Words(
        "Pairs with scores at most 1 apart, %",
        "How often their scores were the same or neighbours, chance included.",
        decimals=1,
    ),
)

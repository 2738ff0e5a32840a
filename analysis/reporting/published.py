"""Figures as the MIMIC-Bench papers print them, for comparison, never computed."""

from dataclasses import dataclass

from pages.phrases import phrase as _


@dataclass(frozen=True)
class PublishedSource:
    """A source's printed results; None where the papers print none."""

    name: str
    judged_human_pct: float
    mean_score: float | None


BLIND_TEST = (
    PublishedSource(_("Human comments"), 87.57, None),
    PublishedSource("MIMIC-Chat", 64.24, 2.88),
    PublishedSource("Video-ChatGPT", 18.65, 1.06),
    PublishedSource("Video-LLaVA", 6.30, 0.58),
)
BASELINES_PCT = (6.0, 19.0)  # the other models lie between
AGREEMENT_PCT = 91.95  # printed without its formula

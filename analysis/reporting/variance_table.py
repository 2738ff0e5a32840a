"""Where answers vary, as a table: annotators, videos, comments, moods, the rest."""

from analysis.reporting.results import Results
from analysis.reporting.rounding import in_percent
from analysis.reporting.tables import Column, Table, cell_of
from pages.phrases import phrase as _

_WORDS = {
    "annotator": _("Between annotators"),
    "video": _("Between videos"),
    "comment": _("Between comments of a source under one video"),
    "batch": _("Between batches of one annotator"),
    "rest": _("Not explained by any of these"),
}


def variance_table(report: Results) -> Table:
    """One row a component, for verdicts and for scores."""
    columns = (
        Column("component", _("Variation")),
        Column("verdict_sd_pct", _("Verdicts: SD, points")),
        Column("verdict_share_pct", _("Share of variance, %")),
        Column("score_sd", _("Scores: SD"), 2),
        Column("score_share_pct", _("Share of variance, %")),
    )
    both = zip(report.found.verdict_variance, report.found.score_variance, strict=True)
    rows = tuple(
        (
            _WORDS[verdict.name],
            *map(
                cell_of,
                (
                    in_percent(verdict.sd),
                    verdict.share_pct,
                    score.sd,
                    score.share_pct,
                ),
            ),
        )
        for verdict, score in both
    )
    note = _(
        "A mixed-effects check: how far answers vary about their source's mean, and "
        "why. If annotators dominate, invite more annotators; if videos do, add "
        "videos. Estimated from all pairs of answers that share an annotator, a video "
        "or a comment; there is no interval."
    )
    return Table("variances", _("Where do answers vary?"), note, columns, rows)

"""What a paper says of a study: a methods paragraph, and how to cite its data."""

import json

from analysis.reporting.registration import deviations_of
from analysis.reporting.report import Report
from analysis.version import DISTRIBUTION
from annotation.instrument import Instrument


def methods(report: Report, instrument: Instrument) -> str:
    """A paragraph in Markdown, to be cut to the paper's length."""
    parts = (
        _judging(report, instrument),
        _quality(report),
        _analysis(report),
        _registration(report),
    )
    return f"# Methods\n\n{' '.join(filter(None, parts))}\n"


def _judging(report: Report, instrument: Instrument) -> str:
    counts, scale = report.found.counts, instrument.scale
    models = sum(not one.is_human for one in report.found.sources)
    verdicts = " or ".join(one.label for one in instrument.verdicts)
    return (
        f"In a blind comment test, {counts.annotators:,} annotators gave "
        f"{counts.judgments:,} judgments on {counts.comments:,} comments under "
        f"{counts.videos:,} videos. Under each video they saw comments of people and "
        f"of {models:,} AI sources in random order, without being told the source of "
        f"any. For each comment they answered two questions: “{instrument.question}” "
        f"({verdicts}), and “{scale.question}”, from {scale.lowest} "
        f"({scale.low_anchor}) to {scale.highest} ({scale.high_anchor})."
    )


def _quality(report: Report) -> str:
    source = report.provenance
    excluded = len(source.excluded)
    parts = [
        f"The judgments of {excluded:,} excluded annotators are left out; the report "
        "shows the results with them as well."
        if excluded
        else "No annotators were excluded."
    ]
    checks = sum(one.checks for one in report.care)
    if checks:
        passed = sum(one.checks_passed for one in report.care)
        share = f"{100 * passed / checks:.1f} %"
        parts.append(f"Of {checks:,} attention checks, {share} were passed.")
    return " ".join(parts)


def _analysis(report: Report) -> str:
    source = report.provenance
    return (
        "Rates are pooled over judgments. Their 95 % intervals take clustering by "
        "annotator and by video into account (two-way variance, logit scale, t with "
        "min(annotators, videos) - 1 degrees of freedom), and pairwise p-values are "
        "corrected by Holm's method. Intervals of ranks come from "
        f"{source.replicates:,} bootstrap replicates (seed {source.seed}). Computed "
        f"with {DISTRIBUTION} {source.software}; data fingerprint (SHA-256) "
        f"{source.fingerprint}."
    )


def _registration(report: Report) -> str:
    registered = report.provenance.registration
    if registered is None:
        return ""
    number = len(deviations_of(report))
    deviations = (
        f"the report lists {number} deviation{'s' * (number != 1)} from it"
        if number
        else "it was carried out as registered"
    )
    return (
        f"The plan was registered on {registered.at[:10]}, before data collection "
        f"(SHA-256 {registered.sha256}); {deviations}."
    )


def citation(report: Report) -> str:
    """`CITATION.cff` (Citation File Format 1.2.0) of the data; the authors are named.

    The platform does not know who writes the paper, so their entry asks for them.
    """
    source = report.provenance
    title = source.study or "Judgments of a blind comment test"
    lines = (
        "cff-version: 1.2.0",
        'message: "If you use these data, please cite them as below."',
        "type: dataset",
        f"title: {json.dumps(title, ensure_ascii=False)}",
        "# Replace this entry with the authors of the study.",
        "authors:",
        '  - name: "The authors of the study"',
        "identifiers:",
        "  - type: other",
        f'    value: "sha256:{source.fingerprint}"',
        '    description: "Fingerprint of the judgments"',
        "references:",
        "  - type: software",
        f"    title: {DISTRIBUTION}",
        f'    version: "{source.software}"',
        "    authors:",
        f'      - name: "The authors of {DISTRIBUTION}"',
    )
    return "\n".join(lines) + "\n"

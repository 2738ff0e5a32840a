"""The preregistration of a study: its plan as a document, and deviations from it."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from analysis.reporting.results import Deviation, Results
from analysis.reporting.stopping import rule_is_met
from pages.phrases import Phrase, ngettext
from pages.phrases import phrase as _


@dataclass(frozen=True)
class Fact:
    """One property of the design, as text; `FACTS` says what each is called."""

    key: str
    value: str


FACTS: Mapping[str, Phrase] = {
    "sources": _("Sources"),
    "videos": _("Videos"),
    "comments": _("Comments, as a digest (SHA-256)"),
    "human_comments": _("Human comments per video"),
    "redundancy": _("Annotators per video"),
    "annotators": _("Annotators"),
    "batches_per_annotator": _("Videos per annotator, at most"),
    "question": _("Question to annotators"),
    "verdicts": _("Verdicts"),
    "scale": _("Realism scale"),
    "one_tap": _("Both answers with one tap"),
    "tells_human_count": _("Annotators are told how many comments are human"),
    "shows_metadata": _("Annotators see the video's metadata"),
    "language": _("Language of the annotators' pages"),
    "required_play_percent": _("Share of the video to be played, %"),
    "attention_checks": _("Attention checks per video"),
    "repeat_every": _("Every n-th batch is a planned repeat"),
    "documents": _("Versions of the texts"),
    "checks_to_pass": _("Annotators are excluded below this share of passed checks, %"),
    "stop_rule": _("Stop rule: half-width of every interval, points"),
    "analysis": _("Analysis settings"),
    "software": _("Software"),
    # Not of the design: what can only differ afterwards.
    "exclusion": _("Excluded annotator"),
    "withdrawal": _("Withdrawn, and not counted"),
    "stopped": _("End of data collection"),
}


@dataclass(frozen=True)
class Expected:
    """What the planner expects of one source.

    Attributes:
        source: Its name.
        rate_pct: Expected Judged-as-Human, in percent.
        half_width: Expected half-width of its 95 % interval, in points.
    """

    source: str
    rate_pct: float
    half_width: float


@dataclass(frozen=True)
class Plan:
    """What a researcher registers before any judgment exists.

    Attributes:
        title: Of the study.
        hypotheses, exclusion_rules, analysis_notes: In the researcher's words.
        facts: The design and the settings of the analysis, by `FACTS`.
        expected: By source, if the planner was asked; from `simulations` simulations.
    """

    title: str
    hypotheses: str
    exclusion_rules: str
    analysis_notes: str
    facts: tuple[Fact, ...]
    expected: tuple[Expected, ...] = ()
    simulations: int = 0

    def value(self, key: str) -> str:
        """A fact; empty if it was not registered."""
        return next((one.value for one in self.facts if one.key == key), "")


PRIMARY = (
    "Judged-as-Human of each source (share of verdicts Human) with a 95 % interval "
    "from the two-way variance clustered by annotator and video, on the logit scale "
    "with t(min(annotators, videos) - 1). Differences between sources with the joint "
    "two-way covariance, corrected by Holm over all pairs. Mean realism score and "
    "Score@k likewise."
)
UNDEFINED = "A figure that cannot be estimated is reported as undefined, with a reason."


def document(plan: Plan) -> str:
    """The plan as Markdown; its UTF-8 bytes are what is hashed."""
    parts = [f"# Preregistration: {plan.title}"]
    for heading, text in _sections(plan):
        parts.append(f"## {heading}\n\n{text}")
    return "\n\n".join(parts) + "\n"


def _sections(plan: Plan) -> Iterator[tuple[str, str]]:
    yield "Hypotheses", "\n".join(f"- {line}" for line in _lines(plan.hypotheses))
    yield (
        "Design and settings",
        "\n".join(f"- {FACTS[one.key]}: {one.value or '-'}" for one in plan.facts),
    )
    yield "Exclusion rules", _exclusions(plan)
    yield "Analysis", "\n\n".join(filter(None, [PRIMARY, plan.analysis_notes]))
    yield "Undefined figures", UNDEFINED
    if plan.expected:
        yield (
            f"What the planner expects ({plan.simulations} simulations)",
            _outlook(plan),
        )


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _outlook(plan: Plan) -> str:
    lines = [
        "| source | Judged-as-Human, % | half-width, points |",
        "| --- | ---: | ---: |",
    ]
    lines += [
        f"| {one.source} | {one.rate_pct:.1f} | {_width(one.half_width)} |"
        for one in plan.expected
    ]
    return "\n".join(lines)


def _width(points: float) -> str:
    return "-" if math.isnan(points) else f"{points:.1f}"


def digest(text: str) -> str:
    """SHA-256 of a document, in hex."""
    return sha256(text.encode()).hexdigest()


def aspredicted(plan: Plan) -> str:
    """The answers to AsPredicted's questions, as text to paste into its form."""
    answers = (
        ("Have any data been collected for this study already?", "No."),
        (
            "What's the main question being asked or hypothesis being tested?",
            plan.hypotheses,
        ),
        (
            "Describe the key dependent variable(s) and how they will be measured.",
            (
                f"{plan.value('question')} Verdicts: {plan.value('verdicts')}. "
                f"Realism score: {plan.value('scale')}."
            ),
        ),
        (
            "How many and which conditions will participants be assigned to?",
            (
                "One, within participants: each annotator judges comments of every "
                f"source under each video, blind and in random order. Sources: "
                f"{plan.value('sources')}."
            ),
        ),
        ("Specify exactly which analyses you will conduct.", _analyses(plan)),
        (
            "How will outliers be defined and handled, and observations be excluded?",
            _exclusions(plan),
        ),
        (
            (
                "How many observations will be collected or what will determine sample "
                "size?"
            ),
            f"{_size(plan)} {_stopping(plan)}",
        ),
        ("Anything else you would like to pre-register?", UNDEFINED),
        ("Title", plan.title),
    )
    return (
        "\n\n".join(
            f"{number}) {question}\n{answer}"
            for number, (question, answer) in enumerate(answers, 1)
        )
        + "\n"
    )


def osf_fields(plan: Plan) -> dict[str, str]:
    """The answers by the headings of OSF's form "OSF Preregistration"."""
    return {
        "Title": plan.title,
        "Hypotheses": plan.hypotheses,
        "Study type": "Experiment",
        "Blinding": "Annotators see the text alone and do not know its source.",
        "Study design": (
            "Within annotators: under each video, comments of every source. Sources: "
            f"{plan.value('sources')}. Human comments per video: "
            f"{plan.value('human_comments')}."
        ),
        "Randomization": (
            "The order of the comments is drawn for each annotator and video; the next "
            "video is drawn among those with the fewest annotators; which verdict's "
            "button stands first is drawn per annotator."
        ),
        "Existing data": "Registration prior to creation of data",
        "Data collection procedures": f"Texts: {plan.value('documents')}.",
        "Sample size": _size(plan),
        "Sample size rationale": _outlook(plan) if plan.expected else "",
        "Stopping rule": _stopping(plan),
        "Manipulated variables": "The source of the comment.",
        "Measured variables": (
            f"{plan.value('question')} Verdicts: {plan.value('verdicts')}. Realism "
            f"score: {plan.value('scale')}."
        ),
        "Statistical models": _analyses(plan),
        "Inference criteria": "95 % intervals; p below 0.05 after Holm's correction.",
        "Data exclusion": _exclusions(plan),
        "Missing data": UNDEFINED,
    }


def _analyses(plan: Plan) -> str:
    return " ".join(
        filter(None, [PRIMARY, plan.analysis_notes, plan.value("analysis")])
    )


def _exclusions(plan: Plan) -> str:
    share = plan.value("checks_to_pass")
    rule = f"Annotators who pass less than {share} % of attention checks are excluded."
    words = [rule if share else "", plan.exclusion_rules]
    return " ".join(filter(None, words)) or "No annotators are excluded."


def _size(plan: Plan) -> str:
    annotators = plan.value("annotators")
    people = f"; {annotators} annotators" if annotators else ""
    return (
        f"{plan.value('videos')} videos, {plan.value('redundancy')} annotators each"
        f"{people}."
    )


def _stopping(plan: Plan) -> str:
    if width := plan.value("stop_rule"):
        return f"Until the 95 % interval of every source is within ±{width} points."
    return "Until every video has its annotators."


def registration_lines(report: Results) -> list[tuple[str, str]]:
    """When a study was registered, and each deviation, as label and text."""
    registered = report.provenance.registration
    if registered is None:
        return []
    deviations = deviations_of(report)
    time = registered.at[:16].replace("T", " ")
    told = {"time": time, "digest": registered.sha256}
    if deviations:
        verdict = ngettext(
            "%(time)s UTC, SHA-256 %(digest)s. %(number)s deviation.",
            "%(time)s UTC, SHA-256 %(digest)s. %(number)s deviations.",
            len(deviations),
            **told,
        )
    else:
        verdict = _("%(time)s UTC, SHA-256 %(digest)s. As registered.", **told)
    return [
        (_("Preregistered"), verdict),
        *(
            (
                _("Deviation: %(what)s", what=FACTS[one.key]),
                _(
                    "registered: %(registered)s; now: %(actual)s",
                    registered=one.registered or "\u2013",
                    actual=one.actual or "\u2013",
                ),
            )
            for one in deviations
        ),
    ]


def deviations_of(report: Results) -> tuple[Deviation, ...]:
    """Every deviation, also that data collection ended before the stop rule was met."""
    registered = report.provenance.registration
    if registered is None:
        return ()
    if not registered.is_closed or rule_is_met(report) is not False:
        return registered.deviations
    rule = report.provenance.stop_rule
    width = f"±{rule.half_width:g}" if rule else ""
    early = Deviation("stopped", width, _("closed before the stop rule was met"))
    return (*registered.deviations, early)

"""What the database knows of an experiment: systems, sample, evaluators, design."""

import math
from collections.abc import Iterator
from datetime import UTC

from analysis.export.heds.sheet import Answer, Chosen
from analysis.models import Preregistration
from analysis.reporting.registration import Plan
from analysis.reporting.report import Report
from analysis.reporting.storing import from_plain
from analysis.selectors.registrations import preregistration_of
from analysis.version import software_name
from annotation.models import MembershipRole, Study

Answered = Iterator[tuple[str, Answer]]


def experiment_answers(study: Study, report: Report | None) -> dict[str, Answer]:
    """The answers of sections 1 to 3; some need judgments."""
    found = dict(_systems())
    registered = preregistration_of(study)
    if report is not None:
        found |= dict(_sample(study, report))
    plan = None
    if registered is not None:
        plan = from_plain(Plan, registered.plan)
        found |= dict(_planned(registered, plan))
    found |= dict(_evaluators(study))
    found |= dict(_quality(study, plan))
    return found | dict(_design(study))


def _systems() -> Answered:
    yield (
        "2.2",
        Chosen(
            {9: "9. Text: other (please describe)"},
            "One comment on a short video, of one or more sentences.",
        ),
    )
    yield (
        "2.3",
        Chosen(
            {20: "20. Other (please describe)"},
            "Writing a viewer's comment on a short video.",
        ),
    )


def _sample(study: Study, report: Report) -> Answered:
    found = report.found
    models = sum(not one.is_human for one in found.sources)
    made = " The judgments were simulated." if study.is_simulated else ""
    yield (
        "1.1.2",
        (
            f"{study.title}: a blind comment test of {models} AI sources and human "
            f"comments under {found.counts.videos} videos, by verdict (human or AI) "
            f"and realism score; {found.counts.judgments:,} judgments.{made}"
        ),
    )
    yield "3.1.1", _outputs(study, report)
    yield "3.2.1", str(found.counts.annotators)


def _outputs(study: Study, report: Report) -> str:
    videos = report.found.counts.videos
    left_out = [one.name for one in report.provenance.withdrawn if not one.counts]
    withdrawn = f" Withdrawn, and left out: {'; '.join(left_out)}." if left_out else ""
    return (
        f"{videos} comments of each AI source, one for each of {videos} videos, and "
        f"{study.human_comment_count} human comments for each video. Altogether "
        f"{report.found.counts.comments} comments were judged.{withdrawn}"
    )


def _planned(registered: Preregistration, plan: Plan) -> Answered:
    at = registered.registered_at.astimezone(UTC).date().isoformat()
    yield (
        "3.3.1",
        Chosen(
            {1: "1. Yes (please provide link)"},
            f"Registered on {at}, before any judgment existed; SHA-256 of the "
            f"document: {registered.sha256}.",
        ),
    )
    if not plan.expected:
        return
    yield (
        "3.1.3.1",
        (
            f"Simulation of the study's own design ({plan.simulations} simulated "
            "studies): the half-width of the 95 % interval of each source's rate, from "
            "the two-way variance clustered by annotator and video"
        ),
    )
    widths = "; ".join(
        f"{one.source} {one.half_width:.1f}"
        for one in plan.expected
        if not math.isnan(one.half_width)
    )
    yield "3.1.3.2", f"Expected half-width, in percentage points: {widths}"
    yield "3.1.3.3", f"python -m analysis plan, of {software_name()}"


def _evaluators(study: Study) -> Answered:
    if study.memberships.filter(role=MembershipRole.RESEARCHER).exists():
        yield "3.2.2.4", Chosen({2: "2. No"})
    yield "3.2.4", " ".join(_training(study))


def _training(study: Study) -> Iterator[str]:
    yield (
        "Before the first video, evaluators read the guidelines and agree to take part."
    )
    if questions := study.comprehension_questions.count():
        yield (
            f"They answer {questions} questions about the guidelines; two attempts, "
            "all answers must be right."
        )
    if items := study.training_items.count():
        yield (
            f"They practise on {items} comments with feedback after each; these are "
            "not counted."
        )


def _quality(study: Study, plan: Plan | None) -> Answered:
    options, methods = {}, [*_automatic(study)]
    if methods:
        options[2] = (
            "2. Automatic quality checking methods are used during and/or after "
            "evaluation"
        )
    if plan is not None and (share := plan.value("checks_to_pass")):
        options[4] = (
            "4. Evaluators are excluded if they fail quality checks (often or badly "
            "enough)"
        )
        methods.append(f"Who passes less than {share} % of the checks is excluded.")
    reasons = study.memberships.filter(
        role=MembershipRole.ANNOTATOR, excluded_at__isnull=False
    ).values_list("exclusion_reason", flat=True)
    if reasons:
        given = "; ".join(sorted(reasons))
        methods.append(f"Excluded by recorded decision: {len(reasons)} ({given}).")
    if options:
        yield "3.3.3.1", Chosen(options)
        yield "3.3.3.2", " ".join(methods)


def _automatic(study: Study) -> Iterator[str]:
    if study.comprehension_questions.exists():
        yield "Who fails the questions about the guidelines twice can't begin."
    if checks := study.attention_checks_per_batch:
        yield (
            f"Attention checks under each video: {checks}. Their own text states the "
            "right answer; they come at random positions and never count."
        )
    if every := study.repeat_every:
        yield (
            f"Of every {every} videos, one is an earlier one again, to measure how far "
            "evaluators agree with themselves; it never counts."
        )


def _design(study: Study) -> Answered:
    yield (
        "3.3.2",
        f"Web pages of {software_name()}, in evaluators' own browsers.",
    )
    yield "3.3.4.2", " ".join(_shown(study))
    yield (
        "3.3.5",
        Chosen(
            {5: "5. None of the above (please describe)"},
            "Evaluators work when they like, and can stop and go on later: answers are "
            "saved as they are given. A video is kept for them for "
            f"{study.lease_minutes} minutes after their last answer.",
        ),
    )
    yield (
        "3.3.6",
        Chosen(
            {4: "4. Other (please describe)"},
            "Beside each video a link lets evaluators report a problem with a comment, "
            "the video or the page; researchers read and answer the reports.",
        ),
    )


def _shown(study: Study) -> Iterator[str]:
    yield (
        "The video, and below it or beside it its comments in random order, without "
        "their sources; for each comment a question with the verdicts and a realism "
        "scale with its anchors. The guidelines can be opened at any time."
    )
    if study.shows_metadata:
        yield "The video's title and description are shown."
    else:
        yield "The video's title and description are not shown."
    if study.tells_human_count:
        yield "Evaluators are told how many of the comments are human."
    else:
        yield "Evaluators are not told how many of the comments are human."
    if share := study.required_play_percent:
        yield f"{share} % of the video must be played before answers can be submitted."

"""Pages of the planner: on its own, and in the set-up of a study."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest, researcher_required
from analysis.models import StoredPlan
from analysis.pages.plan_forms import JudgePlanForm, PlanForm, StopRuleForm
from analysis.pages.planner import answer_context, plan_context
from analysis.pages.table_view import table_view
from analysis.planning.plan import fits_in_a_second, plan, simulations_in_a_second
from analysis.planning.with_judge import judge_table, outlook_with_judge
from analysis.selectors.registrations import preregistration_of
from analysis.selectors.studies import design_of, stop_rule_of
from analysis.services.rule_outlook import rule_outlook
from analysis.services.stop_rules import set_stop_rule
from analysis.views.requests import plan_soon
from annotation.errors import AnnotationError
from annotation.selectors.people.access import study_or_404
from pages.errors import ErrorPage, again, error_page
from pages.responses import see_other


@require_safe
@researcher_required
def plan_view(request: SignedInRequest) -> HttpResponseBase:
    """How certain a study of a given size will be, by simulating it."""
    form = PlanForm(request.GET or None)
    return render(request, "analysis/plan.html", _outlook(form))


@require_safe
@researcher_required
def plan_judge(request: SignedInRequest) -> HttpResponseBase:
    """How many videos people must judge where a judge guesses about all of them."""
    form = JudgePlanForm(request.GET or None)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        table = judge_table(form.question, outlook_with_judge(form.question))
        context["outlook"] = table_view(table)
    return render(request, "analysis/plan_judge.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def study_plan(request: SignedInRequest, study: UUID) -> HttpResponse:
    """The planner with a study's own design, and its stop rule."""
    shown = study_or_404(request.user, study)
    rule = stop_rule_of(shown)
    rule_form = StopRuleForm(
        request.POST if request.method == "POST" else None,
        initial={"half_width": rule and rule.half_width},
    )
    if rule_form.is_valid():
        width = rule_form.cleaned_data["half_width"]
        try:
            set_stop_rule(study=shown, half_width=width, actor=request.user)
        except AnnotationError as error:
            told = ErrorPage(_("Nothing was changed"), str(error))
            way = again(resolve_url("analysis:study_plan", study))
            return error_page(409, request, error=told, way=way)
        text = _("The stop rule is saved, with its time.")
        if width is None:
            text = _("The study has no stop rule.")
        messages.success(request, text)
        return see_other("analysis:study_plan", study)
    form = PlanForm(request.GET or None, initial=design_of(shown))
    context: dict[str, object] = {
        "study": shown,
        "rule": rule,
        "rule_form": rule_form,
    }
    status = 422 if rule_form.errors else 200
    context |= _outlook(form)
    return render(request, "analysis/study_plan.html", context, status=status)


@require_safe
@researcher_required
def rule_outlook_part(request: SignedInRequest, study: UUID) -> HttpResponse:
    """Whether the design can meet the stop rule: a part of three pages."""
    shown = study_or_404(request.user, study)
    if not request.htmx:
        return see_other("analysis:study_plan", study)
    context = {
        "study": shown,
        "outlook": rule_outlook(shown),
        "is_registered": preregistration_of(shown) is not None,
    }
    return render(request, "analysis/_rule_outlook.html", context)


@require_safe
@researcher_required
def plan_answer(request: SignedInRequest, public_id: UUID) -> HttpResponseBase:
    """How far a question is that a worker answers, and its answer."""
    stored = get_object_or_404(StoredPlan, public_id=public_id)
    template = "_plan_answer.html" if request.htmx else "plan.html"
    return render(request, f"analysis/{template}", answer_context(stored))


def _outlook(form: PlanForm) -> dict[str, object]:
    """The form, and what to expect: at once, or once a worker has found it."""
    if not form.is_valid():
        return {"form": form}
    question = form.question
    if question.half_width is not None or not fits_in_a_second(question.design):
        return {"form": form} | answer_context(plan_soon(question))
    count = simulations_in_a_second(question.design)
    made = plan(question.design, simulations=count, seed=0)
    return {"form": form} | plan_context(made)

"""The admins' pages of generation rounds."""

import html
import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from generation.engines.base import EngineError, Reason
from generation.installation import known_entry
from generation.models import Attempt, GenerationRound, RoundScope, RoundState
from generation.prompts import prompt
from generation.services.claims import lease
from generation.services.rounds import finish_if_over
from generation.services.workers import announce_worker
from tests.factories import make_admin, make_researcher, make_user
from tests.generation.rounds import (
    MODEL,
    OTHER_MODEL,
    claim,
    make_draft,
    start,
    write,
    write_all,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(make_admin())
    return client


def page_of(client: Client, name: str, *args: object, **query: str | list[str]) -> str:
    response = client.get(reverse(f"generation:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def test_only_admins_come_in(client: Client) -> None:
    generation_round = start(make_draft())
    for user in (make_user(), make_researcher()):
        client.force_login(user)
        for name in ("rounds", "new", "models"):
            assert client.get(reverse(f"generation:{name}")).status_code == 403
        for name in ("round", "errors", "compare", "comments", "recipe"):
            path = reverse(f"generation:{name}", args=[generation_round.public_id])
            assert client.get(path).status_code == 403


def test_the_preview_says_what_would_be_made_and_starts_nothing(admin: Client) -> None:
    study = make_draft(videos=3)

    page = page_of(
        admin, "new", study=study.key, scope="missing", models=[MODEL, OTHER_MODEL]
    )

    assert "Start the round" in page
    assert "6 <span>by 2 models</span>" in " ".join(page.split())
    assert not GenerationRound.objects.exists()


def test_a_missing_worker_is_told_with_the_way_to_one(admin: Client) -> None:
    for name in ("rounds", "new", "models"):
        assert "bootstrap.py demo --generation" in page_of(admin, name)


def test_what_can_run_now_is_offered_first(admin: Client) -> None:
    make_draft()
    announce_worker(name="here", queues=["generation.transformers"])

    page = page_of(admin, "new")

    ready = page.index("Ready to run")
    others = page.index("models that no worker can run now")
    assert ready < page.index("mimic-chat-nano") < others
    assert others < page.index("No checkpoint in") < page.index("Ablations")


def test_a_wrong_registry_file_is_named_and_the_other_models_can_be_used(
    admin: Client, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "ours.toml").write_text('title = "Ours')
    settings.GENERATION_REGISTRY = str(tmp_path)
    make_draft()
    announce_worker(name="here", queues=["generation.transformers"])

    for name in ("new", "models"):
        page = page_of(admin, name)
        assert f"{tmp_path}/ours.toml: this is not TOML" in page
        assert "MIMIC-Chat nano" in page
        assert "No worker" not in page


def test_an_entry_that_no_worker_has_looked_at_is_not_called_ready(
    admin: Client, settings: Settings, tmp_path: Path
) -> None:
    make_draft()
    announce_worker(name="here", queues=["generation.transformers"])
    nano = Path("generation/registry/mimic-chat-nano.toml").read_text()
    (tmp_path / "ours.toml").write_text(nano.replace("MIMIC-Chat nano", "Ours"))
    settings.GENERATION_REGISTRY = str(tmp_path)

    before = page_of(admin, "models")
    announce_worker(name="here", queues=["generation.transformers"])
    after = page_of(admin, "models")

    assert "a worker checks it within half a minute" in before
    assert "within half a minute" not in after
    assert "checkpoints/ours; put its files there" in after


def test_a_preview_that_cannot_start_says_what_each_model_lacks(admin: Client) -> None:
    study = make_draft()
    announce_worker(name="here", queues=["generation.transformers"])

    page = page_of(admin, "new", study=study.key, scope="missing", models=[MODEL])

    preview = page[: page.index("Change your selection")]
    assert "Start the round" not in preview
    assert "Qwen2.5-VL 7B: No checkpoint in" in preview


def test_start_makes_the_round_and_shows_it(admin: Client) -> None:
    study = make_draft(videos=3)

    response = admin.post(
        reverse("generation:new"),
        {"study": study.key, "scope": RoundScope.MISSING, "models": [MODEL]},
        follow=True,
    )

    generation_round = GenerationRound.objects.get()
    assert response.redirect_chain[-1][0].endswith(f"{generation_round.public_id}/")
    assert "Jobs are waiting, but no worker serves" in response.content.decode()


def test_start_twice_says_why_the_second_does_nothing(admin: Client) -> None:
    study = make_draft(videos=3)
    data = {"study": study.key, "scope": RoundScope.MISSING, "models": [MODEL]}
    admin.post(reverse("generation:new"), data)

    response = admin.post(reverse("generation:new"), data)

    assert response.status_code == 409
    assert "another round is doing it" in response.content.decode()
    assert GenerationRound.objects.count() == 1


def test_choosing_no_model_is_said_beside_the_models(admin: Client) -> None:
    study = make_draft()

    response = admin.post(
        reverse("generation:new"), {"study": study.key, "scope": "missing"}
    )

    assert response.status_code == 422
    assert "Choose at least one model" in response.content.decode()


def test_the_live_part_shows_progress_flags_and_failures(admin: Client) -> None:
    generation_round = start(make_draft(videos=3))
    taken = claim(generation_round, limit=2)
    write(taken, taken.jobs[0], text="I cannot comment", flags=("refusal",))
    broken = EngineError(Reason.UNDECODABLE, "No frame can be decoded.")
    write(taken, taken.jobs[1], error=broken)

    response = admin.get(
        reverse("generation:round", args=[generation_round.public_id]),
        headers={"HX-Request": "true"},
    )

    page = " ".join(response.content.decode().split())
    assert page.startswith("<section")
    assert "1 <span>of 3</span>" in page
    assert ">Refusal</span>" in page
    assert "I cannot comment" in page
    assert "No frame can be decoded." in page
    assert "every 2s" in page


def test_a_worker_that_fell_silent_is_told_before_its_jobs_are_taken_back(
    admin: Client,
) -> None:
    generation_round = start(make_draft(videos=3))
    taken = claim(generation_round, limit=2)
    assert "stopped responding" not in page_of(
        admin, "round", generation_round.public_id
    )

    taken.held.update(leased_until=timezone.now() + 0.4 * lease())

    page = page_of(admin, "round", generation_round.public_id)
    assert "A worker has stopped responding with 2 jobs. After 1 min without" in page


def test_a_round_that_is_over_asks_no_more(admin: Client) -> None:
    generation_round = start(make_draft())
    write_all(generation_round)
    finish_if_over(generation_round=generation_round)

    page = page_of(admin, "round", generation_round.public_id)

    assert "hx-trigger" not in page
    assert "Done" in page


def test_actions_change_the_round_and_go_back_to_it(admin: Client) -> None:
    generation_round = start(make_draft())
    states = []

    for action in ("pause", "resume", "cancel"):
        path = reverse(f"generation:{action}", args=[generation_round.public_id])
        assert admin.post(path).status_code == 303
        generation_round.refresh_from_db()
        states.append(generation_round.state)

    assert states == [RoundState.PAUSED, RoundState.OPEN, RoundState.CANCELLED]


def test_an_action_that_cannot_be_done_says_why(admin: Client) -> None:
    generation_round = start(make_draft())

    path = reverse("generation:retry", args=[generation_round.public_id])
    response = admin.post(path)

    assert response.status_code == 409
    assert "No job of this round has failed." in response.content.decode()


def test_failed_jobs_are_listed_by_reason(admin: Client) -> None:
    generation_round = start(make_draft(videos=2))
    write_all(generation_round, error=EngineError(Reason.REFUSED, "It was blocked."))

    page = page_of(
        admin, "errors", generation_round.public_id, reason=Reason.REFUSED.value
    )

    assert page.count("It was blocked.") == 2
    assert "Refused (2)" in page


def test_a_job_shows_every_attempt_with_its_seed(admin: Client) -> None:
    generation_round = start(make_draft(videos=1))
    taken = claim(generation_round)
    write(taken, taken.jobs[0], text="so good")

    page = page_of(admin, "job", generation_round.public_id, taken.jobs[0].pk)

    words = " ".join(page.split())
    seed = Attempt.objects.get().seed
    assert f"<dt>Seed</dt> <dd> {seed} </dd>" in words
    assert "Attempt 1" in page
    assert "so good" in page


def test_a_job_says_all_that_its_comment_came_from(admin: Client) -> None:
    generation_round = start(make_draft(videos=1))
    taken = claim(generation_round)
    write(taken, taken.jobs[0])
    asked = prompt("comment-1")
    Attempt.objects.update(prompt_version="comment-1", prompt_hash=asked.hash)

    page = page_of(admin, "job", generation_round.public_id, taken.jobs[0].pk)

    assert asked.hash in page
    assert asked.text in page
    assert known_entry(MODEL).digest in page
    assert (
        page.index("Hash of the entry")
        < page.index("Checkpoint")
        < page.index("Engine")
    )


def test_comments_are_listed_by_flag(admin: Client) -> None:
    generation_round = start(make_draft(videos=3))
    taken = claim(generation_round)
    write(taken, taken.jobs[0], text="so fine")
    write(taken, taken.jobs[1], text="as an AI I like it", flags=("as_an_ai",))
    write(taken, taken.jobs[2], text="so fine", flags=("repeated", "cut"))

    def listed(**query: str) -> str:
        return page_of(admin, "comments", generation_round.public_id, **query)

    assert listed().count("so fine") == 2
    assert "Says it is an AI (1)" in listed()
    assert listed(flag="any").count("so fine") == 1
    assert "as an AI I like it" in listed(flag="any")
    assert "so fine" not in listed(flag="as_an_ai")
    assert "as an AI I like it" not in listed(flag="cut")
    assert "No comments." in listed(flag="refusal")


def test_a_job_of_another_round_is_not_found(admin: Client) -> None:
    one, other = start(make_draft(videos=1)), start(make_draft(videos=1))
    job = claim(one).jobs[0]

    path = reverse("generation:job", args=[other.public_id, job.pk])

    assert admin.get(path).status_code == 404


def test_two_rounds_stand_side_by_side(admin: Client) -> None:
    study = make_draft(videos=2)
    first = start(study)
    write_all(first, text="the first one")
    finish_if_over(generation_round=first)
    second = start(study, scope=RoundScope.ALL)
    write_all(second, text="the second one")

    page = page_of(admin, "compare", second.public_id)

    assert "the first one" in page
    assert "the second one" in page
    assert "0 of 2" in page


def test_a_round_of_the_same_study_is_the_first_to_be_compared_with(
    admin: Client,
) -> None:
    study = make_draft(videos=1)
    first, other = start(study), start(make_draft(videos=1))
    for one in (first, other):
        write_all(one, text=f"of {one}")
        finish_if_over(generation_round=one)
    last = start(study, scope=RoundScope.ALL)
    write_all(last)

    page = page_of(admin, "compare", last.public_id)
    chosen = page_of(admin, "compare", last.public_id, **{"with": str(other.public_id)})

    assert f"of {first}" in page
    assert f"of {other}" not in page
    assert "No model wrote about the same video in both rounds." in chosen


def test_what_a_round_lacks_is_a_dash_beside_the_other(admin: Client) -> None:
    study = make_draft(videos=2)
    start(study)
    second = start(study, [MODEL, OTHER_MODEL], scope=RoundScope.ALL)

    page = page_of(admin, "compare", second.public_id)

    assert "0 (–)" in page  # comments of the model that came later
    assert "– (–)" in page  # tokens that nobody counted
    assert "()" not in page


def test_a_round_that_is_over_says_how_long_it_took(admin: Client) -> None:
    generation_round = start(make_draft(videos=1))
    write_all(generation_round)
    assert "<dt>Duration</dt>" not in page_of(
        admin, "round", generation_round.public_id
    )

    finish_if_over(generation_round=generation_round)

    assert "<dt>Duration</dt>" in page_of(admin, "round", generation_round.public_id)


def test_the_models_page_lists_the_registry(admin: Client) -> None:
    page = page_of(admin, "models")

    assert "Qwen2.5-VL 7B" in page
    assert "our proposal" in page


def test_without_a_worker_models_wait_for_one_and_say_what_is_missing_here(
    admin: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.CHECKPOINT_ROOT = tmp_path

    page = page_of(admin, "models")

    # Only what is ready apart from that: the others say what they lack themselves.
    waiting = page_of(admin, "models", show="waiting")
    assert page.count(">Waiting for a worker</span>") == 1
    assert "mimic-chat-nano</code>" in waiting
    assert "gpt-4o</code>" not in waiting
    assert f"On this machine: No checkpoint in {tmp_path}/qwen2.5-vl-7b" in page
    assert "The environment remote-code is not set up" in page


def test_models_are_found_by_family_words_and_the_24(admin: Client) -> None:
    panel = page_of(admin, "models", show="panel")
    family = page_of(admin, "models", family="qwen2_5_vl")
    words = page_of(admin, "models", q="videochat", show="not-ready")

    assert panel.count('<th scope="row">') == 24
    assert "qwen2.5-vl-72b</code>" in family
    assert "internvl3-8b</code>" not in family
    assert words.count('<th scope="row">') == 2
    assert "No models match" in page_of(admin, "models", q="no such model")


def test_each_part_that_a_model_needs_is_shown(
    admin: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.CHECKPOINT_ROOT = tmp_path
    announce_worker(name="gpu-1", queues=["generation.transformers"])

    nano = page_of(admin, "models", q="nano")
    tpo = page_of(admin, "models", q="videochat-tpo")

    assert "<code>gpu-1</code>" in nano
    assert "Missing:" not in nano
    for part in ("Environment", "Weights"):
        assert f"<strong>{part}</strong>" in tpo
    assert "models need a worker that serves <code>generation.subprocess" in nano


def test_models_are_listed_by_what_is_in_the_way(admin: Client) -> None:
    announce_worker(name="here", queues=["generation.transformers"])

    ready, blocked = (page_of(admin, "models", show=s) for s in ("ready", "blocked"))

    assert "mimic-chat-nano</code>" in ready
    assert "qwen2.5-vl-7b</code>" not in ready
    assert "qwen2.5-vl-7b</code>" in blocked


def test_the_whole_panel_is_chosen_at_once(admin: Client) -> None:
    study = make_draft()
    page = page_of(admin, "new", study=study.key)
    address = page.split("Select all 24")[0].rsplit('href="', 1)[1].split('"')[0]

    chosen = admin.get(reverse("generation:new") + html.unescape(address))

    preview = chosen.context["preview"]
    assert len(preview.models) == 24
    assert preview.cost.usd
    assert "at most $" in chosen.content.decode()


def test_a_round_has_the_seed_that_was_asked_for(admin: Client) -> None:
    data = {"study": make_draft().key, "scope": "missing", "models": [MODEL]}

    admin.post(reverse("generation:new"), {**data, "seed": "41"})

    generation_round = GenerationRound.objects.get()
    assert generation_round.seed == 41
    assert "<code>41</code>" in page_of(admin, "round", generation_round.public_id)


def test_the_list_of_rounds_costs_the_same_for_many(
    admin: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(4):
        start(make_draft(videos=1))

    with django_assert_max_num_queries(6):
        page_of(admin, "rounds")


def test_a_study_shows_its_own_rounds_among_its_pages(admin: Client) -> None:
    own, other = start(make_draft(videos=3)), start(make_draft(videos=3))

    assert own.study is not None
    page = page_of(admin, "study_rounds", own.study.public_id)

    assert reverse("generation:round", args=[own.public_id]) in page
    assert reverse("generation:round", args=[other.public_id]) not in page


def test_a_study_s_rounds_are_marked_in_the_header_as_a_page_of_studies(
    admin: Client,
) -> None:
    generation_round = start(make_draft())

    def marked(page: str) -> list[str]:
        header = page.partition("site-nav")[2].partition("</nav>")[0]
        return re.findall(r'aria-current="true">\s*([^<]+?)\s*</a>', header)

    assert generation_round.study is not None
    of_study = page_of(admin, "study_rounds", generation_round.study.public_id)
    of_all = page_of(admin, "rounds")

    assert marked(of_study) == ["Studies"]
    assert marked(of_all) == ["Generation"]

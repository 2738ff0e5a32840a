"""A round asks servers that charge only as long as its cost limit pays for it."""

import html
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from corpus.media_files import stored
from corpus.models import VideoMedia
from generation.costs import estimated_cost
from generation.installation import known_entry
from generation.models import GenerationRound, JobState, RoundState
from generation.services.engines import EngineKeeper
from generation.services.rounds import jobs_of
from generation.services.shards import run_shard
from tests.factories import make_admin
from tests.generation.chat_server import Handler, Seen
from tests.generation.rounds import make_draft, only_source
from tests.generation.test_commands import of, said
from tests.judges.servers import MODEL, asked_site
from tests.specimens.clips import write_clip

pytestmark = pytest.mark.django_db


def _say_something(server: Handler, number: int) -> None:
    """107 tokens, as the server counts them."""
    server.say(f"did not see number {number} coming")


@pytest.fixture
def seen(settings: Settings, tmp_path: Path) -> Iterator[Seen]:
    """A server that takes 0.29 dollars for a comment at most, and 0.10 in fact."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FRAME_CACHE_ROOT = tmp_path / "frames"
    with asked_site(settings, tmp_path, _say_something) as found:
        entry = tmp_path / f"{MODEL}.toml"
        prices = 'prices_as_of = "2025-06"\nusd_per_million_input_tokens = 1000.0'
        text = entry.read_text().replace("usd_per_million_input_tokens = 1.0", prices)
        entry.write_text(text)
        yield found


def _start(*words: str) -> GenerationRound:
    """A round over four real clips."""
    study = make_draft(videos=4)
    for number, media in enumerate(VideoMedia.objects.all()):
        file = stored(media.original)
        file.parent.mkdir(parents=True, exist_ok=True)
        write_clip(file)
        media.sha256 = f"{number + 1:064x}"
        media.save()
    said("generate", *of(study.key, MODEL), *words)
    return GenerationRound.objects.get()


def _work(generation_round: GenerationRound) -> None:
    keeper = EngineKeeper()
    row = only_source(generation_round)
    run_shard(round_source_id=row.pk, worker="tests@here", keeper=keeper)
    keeper.close()
    generation_round.refresh_from_db()


def test_a_round_pauses_before_it_could_cost_more(seen: Seen, client: Client) -> None:
    most = estimated_cost(known_entry(MODEL), 1).usd
    assert most is not None
    assert 0.2 < most < 0.3
    generation_round = _start("--max-usd", "0.40")

    _work(generation_round)

    assert generation_round.state == RoundState.PAUSED
    # One at a time: 0.40, then 0.30 are left for up to 0.29; then 0.20 are not enough.
    assert len(seen.bodies) == 2
    assert jobs_of(generation_round).filter(state=JobState.WAITING).count() == 2
    client.force_login(make_admin())
    address = reverse("generation:round", args=[generation_round.public_id])
    page = " ".join(html.unescape(client.get(address).content.decode()).split())
    assert "Paused at the cost limit of $0.40" in page
    assert "$0.20 (214 tokens) <span>of at most $0.40</span>" in page


def test_a_higher_limit_lets_it_go_on_and_the_same_does_not(
    seen: Seen, client: Client
) -> None:
    generation_round = _start("--max-usd", "0.40")
    _work(generation_round)
    client.force_login(make_admin())
    address = reverse("generation:resume", args=[generation_round.public_id])

    refused = client.post(address, {"max_usd": "0.40"})
    wrong = client.post(address, {"max_usd": "-3"})
    client.post(address, {"max_usd": "5"})
    _work(generation_round)

    assert (refused.status_code, wrong.status_code) == (409, 409)
    assert "Enter a higher limit" in refused.content.decode()
    assert generation_round.state == RoundState.DONE
    assert len(seen.bodies) == 4


def test_without_a_limit_everything_is_written(seen: Seen) -> None:
    generation_round = _start()

    _work(generation_round)

    assert generation_round.state == RoundState.DONE
    assert len(seen.bodies) == 4


def test_the_preview_says_what_it_may_cost_and_of_when_the_prices_are(
    seen: Seen, client: Client
) -> None:
    assert seen.bodies == []
    study = make_draft(videos=3)
    client.force_login(make_admin())
    chosen = {"study": study.key, "scope": "missing", "models": [MODEL]}

    page = client.get(reverse("generation:new"), {**chosen, "max_usd": "12.50"})
    client.post(reverse("generation:new"), {**chosen, "max_usd": "12.50"})
    words = said("generate", *of(study.key, MODEL), "--scope", "all", "--preview")

    text = " ".join(page.content.decode().split())
    assert "at the prices of 2025-06" in text
    assert "$12.50 <span>the round pauses before it</span>" in text
    assert str(GenerationRound.objects.get().max_usd) == "12.50"
    assert "at prices of 2025-06" in words


@pytest.mark.parametrize("amount", ["0", "-1", "much", "nan"])
def test_a_limit_is_an_amount_of_dollars(amount: str) -> None:
    with pytest.raises(CommandError, match="no amount of dollars"):
        call_command("generate", *of("any", MODEL), f"--max-usd={amount}")

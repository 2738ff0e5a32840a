"""What Prometheus reads: with its token alone, and of all processes together."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from annotation.services.judging.judgments import record_answers
from annotation.services.judging.places import lapse_expired_leases
from generation.services.workers import announce_worker
from operations.metrics.installation import Installation
from tests import factories
from tests.embedded.running_demo import free_port
from tests.embedded.waiting import wait_until

TOKEN = "a-token-of-the-tests-alone"
ASKED = 'mimic_request_seconds_count{method="GET",status="200",view="healthz"}'
PROJECT = Path(__file__).resolve().parents[2]
Commits = Callable[..., AbstractContextManager[list[Callable[[], object]]]]


def read(client: Client, token: str = TOKEN) -> str:
    response = client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 200
    return response.content.decode()


def value(text: str, name: str) -> float:
    """A number by its name with labels; 0 where nothing was counted yet."""
    found = re.search(rf"(?m)^{re.escape(name)} (\S+)$", text)
    return float(found[1]) if found else 0.0


@pytest.mark.django_db
def test_nobody_reads_them_without_the_token(
    client: Client, settings: Settings
) -> None:
    client.force_login(factories.make_admin())
    assert client.get("/metrics").status_code == 404

    settings.METRICS_TOKEN = TOKEN

    for sent in ("", "Bearer ", "Bearer another", f"Token {TOKEN}"):
        response = client.get("/metrics", headers={"Authorization": sent})
        assert (response.status_code, b"mimic_" in response.content) == (401, False)


@pytest.fixture
def _counted(settings: Settings) -> None:
    """As with METRICS_TOKEN in the environment."""
    settings.METRICS_TOKEN = TOKEN
    counting = "operations.metrics.requests.count_requests"
    settings.MIDDLEWARE = [counting, *settings.MIDDLEWARE]


@pytest.mark.django_db
@pytest.mark.usefixtures("_counted")
def test_they_follow_what_annotators_and_workers_do(
    client: Client, django_capture_on_commit_callbacks: Commits
) -> None:
    before = read(client)

    with django_capture_on_commit_callbacks(execute=True):
        assignment = factories.give_work(factories.join(factories.make_open_study()))
        answers = [factories.answer(1), factories.answer(2)]
        for _time in range(3):
            record_answers(assignment=assignment, answers=answers)
        factories.let_lease_run_out(assignment)
        lapse_expired_leases(timezone.now())
    client.get("/no/such/page/of/ada")
    after = read(client)

    for name, more in {
        "mimic_answers_saved_total": 2,
        "mimic_answers_repeated_total": 4,
        'mimic_leases_given_total{how="new"}': 1,
        "mimic_leases_expired_total": 1,
        'mimic_request_seconds_count{method="GET",status="404",view="none"}': 1,
    }.items():
        assert value(after, name) - value(before, name) == more, name
    assert value(after, 'mimic_queue_messages{queue="media"}') >= 0
    assert value(after, "mimic_broker_up") == value(after, "mimic_database_up") == 1
    assert "ada" not in after


@pytest.mark.django_db
@pytest.mark.usefixtures("_counted")
def test_the_dashboard_asks_for_what_is_there(client: Client) -> None:
    dashboard = (PROJECT / "deploy/grafana/dashboard.json").read_text("utf-8")
    asked = set(re.findall(r"\bmimic_\w+", dashboard))

    told = set(re.findall(r"(?m)^# TYPE (\S+)", read(client)))

    assert len(asked) > 10
    assert {re.sub("_(bucket|count)$", "", name) for name in asked} <= told
    views = set(re.findall(r'view=\\"([^\\]+)\\"', dashboard))
    assert views
    assert all(reverse(view, args=[uuid4()]) for view in views)


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The embedded web server with its two processes, as the demo starts it."""
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "embedded.serving", "127.0.0.1", str(port)],
        cwd=PROJECT,
        env=os.environ
        | {"METRICS_TOKEN": TOKEN, "METRICS_FOLDER": str(tmp_path), "DEMO": "1"},
    ) as server:
        yield f"http://127.0.0.1:{port}"
        server.terminate()


@pytest.mark.slow
def test_each_process_tells_the_numbers_of_all(address: str) -> None:
    def asked(path: str) -> str:
        # A connection for each request: whichever process is free takes it.
        sent = Request(  # noqa: S310 (our own server)
            address + path, headers={"Authorization": f"Bearer {TOKEN}"}
        )
        try:
            with urlopen(sent, timeout=5) as response:  # noqa: S310
                return str(response.read().decode())
        except HTTPError:
            raise
        except OSError:
            return ""

    wait_until(lambda: asked("/healthz") == "ok", "the web server")
    begun = value(asked("/metrics"), ASKED)

    for _ in range(40):
        asked("/healthz")

    counted = {value(asked("/metrics"), ASKED) for _ in range(8)}
    assert counted == {begun + 40}


@pytest.mark.django_db
def test_metrics_tell_how_busy_a_workers_gpus_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = tmp_path / "nvidia-smi"
    driver.write_text(
        "#!/bin/sh\n"
        "case $1 in *utilization*)\n"
        "echo 'NVIDIA A10, 24576, GPU-aaaa, 1024, 87'\n"
        "echo 'NVIDIA A100 MIG, [N/A], GPU-cccc, [N/A], [N/A]';;\n"
        "*) echo 'NVIDIA A10, 24576, GPU-aaaa, 570.1';;\n"
        "esac\n"
    )
    driver.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)

    announce_worker(name="gpu@host", queues=[])

    told = {
        (sample.name, sample.labels["gpu"]): sample.value
        for family in Installation().collect()
        for sample in family.samples
        if "gpu" in sample.labels
    }
    assert told == {
        ("mimic_gpu_memory_bytes", "cuda:0"): 24 * 1024**3,
        ("mimic_gpu_memory_used_bytes", "cuda:0"): 1024**3,
        ("mimic_gpu_busy_percent", "cuda:0"): 87,
    }

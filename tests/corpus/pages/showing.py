"""What the corpus pages show, and an import for them to show."""

from urllib.parse import urlencode

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from corpus.importing.record_imports import create_import
from corpus.models import CorpusImport
from tests.factories import make_admin, make_user

HTMX = {"HX-Request": "true"}


def signed_in(role: Role) -> Client:
    client = Client()
    client.force_login(make_admin() if role is Role.ADMIN else make_user(role))
    return client


def page(client: Client, name: str, *args: object, **query: object) -> str:
    response = client.get(f"{reverse(name, args=args)}?{urlencode(query)}")
    assert response.status_code == 200
    return response.content.decode()


def make_import(content: bytes = b"bad\n") -> CorpusImport:
    return create_import(
        records=SimpleUploadedFile("my.jsonl", content),
        clips=None,
        created_by=make_admin(),
    )

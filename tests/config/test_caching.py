"""The cache in Redis: what comes out of it is data, never code."""

import pickle
from collections.abc import Iterator

import pytest
from django.conf import settings as project
from django.contrib.sessions.backends.cached_db import SessionStore
from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from pytest_django import Settings

from config.settings import redis_cache


@pytest.fixture
def cache(settings: Settings) -> Iterator[RedisCache]:
    """The tests' own broker as a cache, set up as in production."""
    url = project.CELERY_BROKER_URL
    assert url.startswith("redis+socket://")
    location = url.replace("redis+socket", "unix").replace("virtual_host", "db")
    settings.CACHES = {"default": redis_cache(location)}
    cache = caches["default"]
    assert isinstance(cache, RedisCache)
    yield cache
    cache.clear()


class Bomb:
    """Goes off where somebody unpickles it."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (exec, ("raise SystemExit('ran')",))


def test_what_somebody_pickled_is_not_run(cache: RedisCache) -> None:
    client = cache._cache.get_client(None, write=True)
    client.set(cache.make_key("trap"), pickle.dumps(Bomb()))

    with pytest.raises(ValueError, match=r"utf-8|Expecting value"):
        cache.get("trap")


@pytest.mark.parametrize("value", [0, -7, "ü", None, True, 1.5, {"a": [1, "b"]}])
def test_values_come_back_as_they_were(cache: RedisCache, value: object) -> None:
    cache.set("key", value)

    assert cache.get("key", "nothing") == value


def test_numbers_can_be_counted_up(cache: RedisCache) -> None:
    cache.set("tries", 2)
    cache.incr("tries")

    assert cache.get("tries") == 3


@pytest.mark.django_db
@pytest.mark.usefixtures("cache")
def test_sessions_are_kept_in_it() -> None:
    session = SessionStore()
    session["person"] = {"id": 7}
    session.save()

    assert SessionStore(session.session_key)["person"] == {"id": 7}

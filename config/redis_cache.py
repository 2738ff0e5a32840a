"""Django's cache in Redis, with one client for each thread instead of one a look-up."""

from typing import Any

from django.core.cache.backends import redis


class _OneClient(redis.RedisCacheClient):
    """Making a client costs twice what looking up a session with it does."""

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:  # noqa: ANN401
        if not hasattr(self, "_only"):
            self._only = super().get_client(key, write=write)
        return self._only


class RedisCache(redis.RedisCache):
    """The cache of one server (with several, reading and writing ones differ)."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _OneClient

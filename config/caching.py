"""What the Redis cache stores: JSON, so that nothing that lies there is ever run.

Django's own serialiser pickles: who can write to the cache could run code in every web
process.
"""

import json


class JsonSerializer:
    """Values of sessions and counters, as JSON."""

    def dumps(self, value: object) -> bytes | int:
        """The value as stored; whole numbers stay numbers, so that Redis can count."""
        if type(value) is int:
            return value
        return json.dumps(value).encode()

    def loads(self, data: bytes) -> object:
        """The value that was stored.

        Raises:
            ValueError: what lies there is no JSON.
        """
        return json.loads(data)

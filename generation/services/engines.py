"""The engine that a worker keeps open from shard to shard."""

from importlib import import_module

from generation.engines.base import Engine
from generation.installation import site
from generation.registry import Entry


class EngineKeeper:
    """One engine at a time: the weights of two would not fit."""

    def __init__(self) -> None:
        self._entry: Entry | None = None
        self._engine: Engine | None = None
        self.is_broken = False

    def engine(self, entry: Entry) -> Engine:
        """The engine of an entry; the one of another entry is closed.

        An entry whose file was changed counts as another.

        Raises:
            EngineError: It cannot run here.
        """
        if self._engine is None or self._entry != entry:
            self.close()
            self._engine = _new_engine(entry)
            self._entry = entry
        return self._engine

    def lose(self) -> None:
        """Its accelerator broke: closing it would fail too. The process has to end."""
        self._engine = self._entry = None
        self.is_broken = True

    def close(self) -> None:
        """Give back what the engine holds; the next use opens a new one."""
        engine, self._engine, self._entry = self._engine, None, None
        if engine is not None:
            engine.close()


def _new_engine(entry: Entry) -> Engine:
    module, _, name = entry.kind.path.partition(":")
    engine: Engine = getattr(import_module(module), name)(entry, site())
    return engine

"""One file a family of models: where its processor differs from the others'."""

from importlib import import_module

from generation.engines.families.base import Family


def family(name: str) -> Family:
    """The family that a registry entry names."""
    found: Family = import_module(f"generation.engines.families.{name}").FAMILY
    return found

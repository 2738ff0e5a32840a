"""Dataclasses from plain values, as JSON and TOML give them, strict about names."""

from dataclasses import fields, is_dataclass
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")

_SCALARS: dict[Any, tuple[type, ...]] = {
    int: (int,),
    float: (int, float),
    bool: (bool,),
    str: (str,),
}


class ConfigError(ValueError):
    """A config that cannot be built; the message says what to change."""


def from_plain(kind: type[T], values: dict[str, Any], path: str = "") -> T:
    """A dataclass, with others inside it, from tables of plain values.

    Args:
        kind: The dataclass; what `values` does not name keeps its default.
        values: Names to values; a list becomes a tuple.
        path: Goes before names in messages.

    Raises:
        ConfigError: An unknown name, or a value of the wrong kind.
    """
    known = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(values) - known)
    if unknown:
        names = ", ".join(path + name for name in unknown)
        raise ConfigError(f"Unknown in the config: {names}.")
    hints = get_type_hints(kind)
    return kind(
        **{name: _value(hints[name], v, path + name) for name, v in values.items()}
    )


def _value(hint: Any, value: Any, path: str) -> Any:  # noqa: ANN401
    if is_dataclass(hint):
        if not isinstance(value, dict):
            raise ConfigError(f"{path} must be a table.")
        return from_plain(hint, value, f"{path}.")  # type: ignore[arg-type]
    if get_origin(hint) is Literal and value not in get_args(hint):
        raise ConfigError(f"{path} must be one of {', '.join(get_args(hint))}.")
    if get_origin(hint) is tuple:
        return _sequence(get_args(hint), value, path)
    expected = _SCALARS.get(hint)
    is_bool_for_number = isinstance(value, bool) and hint is not bool
    if expected and (is_bool_for_number or not isinstance(value, expected)):
        raise ConfigError(f"{path} must be {hint.__name__}, not {value!r}.")
    return value


def _sequence(hints: tuple[Any, ...], value: Any, path: str) -> tuple[Any, ...]:  # noqa: ANN401
    is_open = hints[-1] is Ellipsis
    if not isinstance(value, list | tuple) or not (is_open or len(value) == len(hints)):
        size = "any number" if is_open else len(hints)
        raise ConfigError(f"{path} must be a list of {size}.")
    return tuple(_value(hints[0], item, path) for item in value)

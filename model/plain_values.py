"""Dataclasses from plain values, as JSON and TOML give them, strict about names."""

from collections.abc import Callable, Iterator
from dataclasses import is_dataclass
from typing import Any, Literal, TypeVar, get_args, get_origin

from cattrs import (
    BaseValidationError,
    ClassValidationError,
    Converter,
    ForbiddenExtraKeysError,
    IterableValidationError,
)
from cattrs.gen import make_dict_structure_fn

T = TypeVar("T")
Hook = Callable[[Any, Any], Any]


class ConfigError(ValueError):
    """A config that cannot be built; the message says what to change."""


class _WrongKindError(ValueError):
    """What a value must be; goes after its name."""


def from_plain(kind: type[T], values: object) -> T:
    """A dataclass, with others inside it, from tables of plain values.

    Args:
        kind: The dataclass; what `values` does not name keeps its default.
        values: Names to values; a list becomes a tuple.

    Raises:
        ConfigError: An unknown name, or a value of the wrong kind.
    """
    try:
        return _converter.structure(values, kind)
    except (BaseValidationError, _WrongKindError) as error:
        raise ConfigError(" ".join(_complaints(error, ""))) from error


def _complaints(error: Exception, name: str) -> Iterator[str]:
    """A sentence for each thing that is wrong with the value of this name."""
    if isinstance(error, ClassValidationError):
        named, others = error.group_exceptions()
        for wrong, note in named:
            yield from _complaints(wrong, f"{name}.{note.name}".lstrip("."))
    elif isinstance(error, IterableValidationError):
        items, others = error.group_exceptions()
        for wrong, place in items:
            yield from _complaints(wrong, f"{name}[{place.index}]")
    else:
        others = []
        yield _complaint(error, name)
    for wrong in others:
        yield from _complaints(wrong, name)


def _complaint(error: Exception, name: str) -> str:
    if isinstance(error, ForbiddenExtraKeysError):
        names = [f"{name}.{key}".lstrip(".") for key in sorted(error.extra_fields)]
        return f"Unknown in the config: {', '.join(names)}."
    if isinstance(error, _WrongKindError):
        return f"{name or 'The config'} {error}."
    return str(error)  # of a dataclass that looks at its values itself


def _table(kind: Any, converter: Converter) -> Hook:  # noqa: ANN401  (any type)
    read = make_dict_structure_fn(kind, converter)

    def table(value: Any, _kind: Any) -> Any:  # noqa: ANN401
        if not isinstance(value, dict):
            raise _WrongKindError("must be a table")
        return read(value, kind)

    return table


def _sequence(value: Any, kind: Any) -> Any:  # noqa: ANN401
    kinds = get_args(kind)
    size = "any number" if kinds[-1] is Ellipsis else len(kinds)
    if not isinstance(value, list | tuple) or size not in ("any number", len(value)):
        raise _WrongKindError(f"must be a list of {size}")
    return _scalars.structure(value, kind)


def _is_tuple(kind: Any) -> bool:  # noqa: ANN401
    return get_origin(kind) is tuple


def _is_literal(kind: Any) -> bool:  # noqa: ANN401
    return get_origin(kind) is Literal


def _choice(value: Any, kind: Any) -> Any:  # noqa: ANN401
    if value not in get_args(kind):
        raise _WrongKindError(f"must be one of {', '.join(get_args(kind))}")
    return value


def _scalar(*accepted: type) -> Hook:
    def scalar(value: Any, kind: type) -> Any:  # noqa: ANN401
        is_bool_for_number = isinstance(value, bool) and kind is not bool
        if is_bool_for_number or not isinstance(value, accepted):
            raise _WrongKindError(f"must be {kind.__name__}, not {value!r}")
        return value

    return scalar


_scalars = Converter()
for _kind in (int, bool, str):
    _scalars.register_structure_hook(_kind, _scalar(_kind))
_scalars.register_structure_hook(float, _scalar(int, float))

_converter = _scalars.copy(forbid_extra_keys=True)
_converter.register_structure_hook_factory(is_dataclass, _table)
_converter.register_structure_hook_func(_is_tuple, _sequence)
_converter.register_structure_hook_func(_is_literal, _choice)

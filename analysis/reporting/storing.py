"""Results as plain values and back: for the database, and between processes.

What has an order is a list: a JSON object in a database keeps none. A figure that is
undefined keeps its reason.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, get_args

from cattrs import Converter, transform_error
from cattrs.cols import is_mapping
from cattrs.errors import BaseValidationError

from analysis.errors import AnalysisError
from analysis.metrics.undefined import ABSENT, Absent, Undefined

Kept = TypeVar("Kept")


def to_plain(value: object) -> Any:  # noqa: ANN401  (whatever JSON holds)
    """A dataclass as JSON can hold it; `from_plain` is the way back."""
    return _converter.unstructure(value)


def from_plain(kind: type[Kept], content: object) -> Kept:
    """The dataclass that `to_plain` was given.

    Raises:
        AnalysisError: The content is of another shape; the message says where.
    """
    try:
        return _converter.structure(content, kind)
    except BaseValidationError as error:
        wrong = transform_error(error, path="content")
        raise AnalysisError("; ".join(wrong)) from error
    except AttributeError as error:  # a list where an object is expected
        raise AnalysisError(f"content is not an object: {error}") from error


def _plain_figure(figure: float) -> object:
    if isinstance(figure, Absent):
        return None
    if isinstance(figure, Undefined):
        return {"undefined": figure.reason}
    return figure if figure == figure else {"undefined": ""}  # noqa: PLR0124  (NaN)


def _figure(content: Any, _kind: type) -> float:  # noqa: ANN401
    if content is None:
        return ABSENT
    if isinstance(content, dict):
        return Undefined(content["undefined"])
    if isinstance(content, bool) or not isinstance(content, int | float):
        raise TypeError(f"{content!r} is not a number")
    return content


def _plain_pairs(
    kind: Any,  # noqa: ANN401  (a type with arguments)
    converter: Converter,
) -> Callable[[Mapping[Any, Any]], list[list[object]]]:
    _, value_kind = get_args(kind)
    plain = converter.get_unstructure_hook(value_kind)
    return lambda mapping: [[key, plain(value)] for key, value in mapping.items()]


def _pairs(
    kind: Any,  # noqa: ANN401
    converter: Converter,
) -> Callable[[Any, Any], dict[str, Any]]:
    _, value_kind = get_args(kind)
    read = converter.get_structure_hook(value_kind)
    return lambda content, _: {key: read(value, value_kind) for key, value in content}


_converter = Converter(forbid_extra_keys=True)
_converter.register_unstructure_hook(float, _plain_figure)
_converter.register_structure_hook(float, _figure)
_converter.register_unstructure_hook_factory(is_mapping, _plain_pairs)
_converter.register_structure_hook_factory(is_mapping, _pairs)

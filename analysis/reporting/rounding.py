"""Figures without the digits that differ from one processor to the next."""

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

_DIGITS = 12  # beyond them, processors may differ
MODEL_DIGITS = 6  # iterative fits in a linear algebra library differ sooner

Value = TypeVar("Value")


def short(value: float, digits: int = _DIGITS) -> float:
    """A figure with so many digits and decimals, so that 1e-17 is 0.

    Whole numbers, and what is undefined, stay as they are.
    """
    if isinstance(value, int) or math.isnan(value):
        return value
    return round(significant(value, digits), digits) + 0.0


def significant(value: float, digits: int = _DIGITS) -> float:
    """With so many digits, however small it is: a p may be tiny."""
    return value if math.isnan(value) else float(f"{value:.{digits}g}")


def in_percent(share: float) -> float:
    """A share in percent; what is undefined keeps its reason."""
    return share if math.isnan(share) else short(100 * share)


def rounded(value: Value) -> Value:
    """Dataclasses, tuples and mappings with every figure in them `significant`."""
    return _rounded(value)  # type: ignore[no-any-return]


def _rounded(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, float):
        return significant(value)
    if is_dataclass(value) and not isinstance(value, type):
        inner = {one.name: _rounded(getattr(value, one.name)) for one in fields(value)}
        return replace(value, **inner)
    if isinstance(value, tuple):
        return tuple(map(_rounded, value))
    if isinstance(value, Mapping):
        return {key: _rounded(inner) for key, inner in value.items()}
    return value

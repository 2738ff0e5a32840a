"""How the comments of a study's sources came about; `generation` knows it.

It stands beside this package: `WRITTEN_VARIANTS` names its function by dotted path.
"""

from collections.abc import Callable, Sequence
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from analysis.reporting.variants import Variant
from annotation.models import Study


class _Written(Protocol):
    @property
    def source(self) -> str: ...
    @property
    def checkpoint(self) -> str: ...
    @property
    def prompt(self) -> str: ...
    @property
    def frames(self) -> str: ...
    @property
    def decoding(self) -> str: ...
    @property
    def seeds(self) -> Sequence[int]: ...
    @property
    def written_count(self) -> int: ...
    @property
    def judged_count(self) -> int: ...


def variants_of(study: Study) -> tuple[Variant, ...]:
    """Every prompt, checkpoint and seed that ever wrote for the study's AI sources."""
    find = cast(
        "Callable[[Study], Sequence[_Written]]",
        import_string(settings.WRITTEN_VARIANTS),
    )
    return tuple(
        Variant(
            source=one.source,
            checkpoint=one.checkpoint,
            prompt=one.prompt,
            frames=one.frames,
            decoding=one.decoding,
            seeds=tuple(one.seeds),
            written=one.written_count,
            judged=one.judged_count,
        )
        for one in find(study)
    )

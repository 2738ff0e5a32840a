"""A study whose comments say nothing: one distribution of texts for both origins.

The texts go the product's own ways in, people's as records and models' as a file of
comments, so that whatever the ways do to them differently shows.
"""

import json
import random
from io import BytesIO

from annotation.models import AttentionCheck, Study
from annotation.services.imports.comments import import_comments
from annotation.services.studies.batches import choose_videos
from annotation.services.studies.preparation import replace_attention_checks
from corpus.importing.importer import import_records
from corpus.models import Source, Video
from corpus.record_files import NumberedRecord
from corpus.records import CommentRecord, VideoRecord
from tests import factories

HUMANS, MODELS = 5, 24
# More than are shown: which of them are is for the product to choose.
_OFFERED = 8
_WORDS = [
    *("the", "of", "a", "cat", "wow", "look", "this", "is", "LOL", "so", "I", "at"),
    *("her", "dog", "never", "again", "na\u00efve", "cafe\u0301", "好看", "哈哈"),
    *("😂", "🔥🔥", "❤️", "don't", "it's", "0:12", "really??", "--", "ok", "&amp;"),
]
_JOINTS = [" "] * 8 + ["  ", "\n", "\r\n", "\t", ", ", "... ", "\u200b ", "\u00a0"]
_AROUND = [("", "")] * 8 + [("“", "”"), ('"', '"'), (" ", "\n"), ("", "."), ("", "…")]


def a_text(chance: random.Random) -> str:
    """One comment as received: words, marks and spaces by chance."""
    words = chance.choices(_WORDS, k=chance.randint(3, 30))
    if chance.random() < 0.5:
        words[0] = words[0].capitalize()
    text = "".join(word + chance.choice(_JOINTS) for word in words)
    before, after = chance.choice(_AROUND)
    return f"{before}{text}{after} {chance.randrange(100_000)}"


def make_alike_study(
    batches: int,
    *,
    seed: int,
    checks: int,
    redundancy: int = 1,
    repeat_every: int = 0,
    batches_per_annotator: int | None = None,
) -> Study:
    """An open study of 29 comments a batch; origins and checks differ in nothing."""
    chance = random.Random(seed)  # noqa: S311
    import_records(lines=_records(batches, chance))
    file = BytesIO(_models_comments(batches, chance).encode())
    import_comments(file=file, study=None, create_sources=True)
    study = factories.make_study(
        videos=[],
        ai_sources=Source.objects.exclude(origin="human").order_by("key"),
        humans=HUMANS,
        attention_checks_per_batch=1,
        redundancy=redundancy,
        repeat_every=repeat_every,
        batches_per_annotator=batches_per_annotator,
    )
    choose_videos(study=study, add=[*Video.objects.values_list("pk", flat=True)])
    replace_attention_checks(study=study, checks=_checks(checks, chance), actor=None)
    for video in Video.objects.all():
        factories.make_media(video)
    return factories.open_study(study)


def _records(count: int, chance: random.Random) -> list[NumberedRecord]:
    return [
        NumberedRecord(
            number,
            VideoRecord(
                "tests",
                f"alike-{number}",
                comments=tuple(
                    CommentRecord(a_text(chance), like_count=chance.randrange(50))
                    for _ in range(_OFFERED)
                ),
            ),
        )
        for number in range(1, count + 1)
    ]


def _models_comments(videos: int, chance: random.Random) -> str:
    rows = [
        {
            "video": f"tests:alike-{video}",
            "source": f"zq-model-{model}",
            "text": a_text(chance),
        }
        for video in range(1, videos + 1)
        for model in range(MODELS)
        # The newest usable one is shown; a text may be refused.
        for _ in range(2)
    ]
    return "\n".join(json.dumps(row) for row in rows)


def _checks(count: int, chance: random.Random) -> list[AttentionCheck]:
    return [
        AttentionCheck(text=a_text(chance), expected_verdict="ai", expected_score=0)
        for _ in range(count)
    ]

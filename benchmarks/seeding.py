"""Studies large enough to measure, written straight into the tables."""

import secrets
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection, transaction

from accounts.models import User
from annotation.models import Membership, Study, marks_of
from benchmarks.clients import Annotator

TEXT = (
    "not me watching this twelve times in a row and still not seeing how the cat did it"
)
# 4,000 x 29 rows in one statement each; texts differ, as in a real batch.
VIDEOS = """
INSERT INTO corpus_video (platform, external_id, content_sha256, title, description,
    tags, topic, category, language, engagement, usable_comment_count, extra,
    created_at, updated_at)
SELECT 'bench', 'v' || n, '', 'Video ' || n, '', '{}', 'cats', 'Pets', '', 1, 5, '{}',
    now(), now()
FROM generate_series(1, %(videos)s) n
"""
MEDIA = """
INSERT INTO corpus_videomedia (video_id, name, state, sha256, byte_count, original,
    playback, poster, container, video_codec, audio_codec, rotation, action, warnings,
    error_code, error)
SELECT id, md5(id::text), 'ready', md5(id::text), 1, 'originals/a', 'play/a.mp4',
    'posters/a.jpg', 'mp4', 'h264', '', 0, 'copied', '{}', '', ''
FROM corpus_video
"""
SOURCES = """
INSERT INTO corpus_source (key, title, origin, notes)
SELECT CASE n WHEN 0 THEN 'human' ELSE 'source-' || n END, 'Source ' || n,
    CASE n WHEN 0 THEN 'human' ELSE 'ai' END, ''
FROM generate_series(0, 24) n
"""
COMMENTS = """
INSERT INTO corpus_comment (video_id, source_id, text, text_received, fingerprint,
    unusable_reason, like_count, created_at)
SELECT v.id, s.id, t.text, t.text, decode(md5(t.text), 'hex'), '', 10 - slot, now()
FROM corpus_video v
CROSS JOIN corpus_source s
CROSS JOIN generate_series(1, 5) slot
CROSS JOIN LATERAL (
    SELECT %(text)s || ' ' || v.id || ' ' || s.id || ' ' || slot AS text) t
WHERE s.origin = 'human' OR slot = 1
"""
STUDY_SOURCES = """
INSERT INTO annotation_study_sources (study_id, source_id)
SELECT %(study)s, id FROM corpus_source WHERE origin = 'ai'
"""
BATCHES = """
INSERT INTO annotation_batch (public_id, study_id, video_id, place_count, places_taken,
    content_hash)
SELECT gen_random_uuid(), %(study)s, id, 0, 0, '' FROM corpus_video
"""
BATCH_COMMENTS = """
INSERT INTO annotation_batchcomment (batch_id, comment_id, source_id, slot)
SELECT b.id, c.id, c.source_id,
    row_number() OVER (PARTITION BY c.video_id, c.source_id ORDER BY c.id)
FROM annotation_batch b JOIN corpus_comment c ON c.video_id = b.video_id
WHERE b.study_id = %(study)s
"""
SEAL = """
UPDATE annotation_batch
SET sealed_at = now(), place_count = %(redundancy)s, eligibility_version = 1
WHERE study_id = %(study)s
"""

FILLING = (*(VIDEOS, MEDIA, SOURCES, COMMENTS, STUDY_SOURCES, BATCHES, BATCH_COMMENTS),)
FILLED = (
    "corpus_video, corpus_videomedia, corpus_source, corpus_comment, annotation_study,"
    " annotation_batch, annotation_batchcomment"
)


def make_study(*, videos: int, redundancy: int) -> Study:
    """Make an open study of `videos` batches with 5 human and 24 AI comments each."""
    study = Study.objects.create(key="bench", title="Bench", redundancy=redundancy)
    names: dict[str, str | int] = {
        "videos": videos,
        "study": study.pk,
        "redundancy": redundancy,
        "text": TEXT,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in FILLING:
            cursor.execute(statement, names)
        cursor.execute(SEAL, names)
        cursor.execute(
            "UPDATE annotation_study SET state = 'open', sealed_at = now(),"
            " opened_at = now() WHERE id = %(study)s",
            names,
        )
    with connection.cursor() as cursor:
        # The rest is empty, and PostgreSQL counts no empty table by itself either.
        cursor.execute(f"ANALYZE {FILLED}")
    study.refresh_from_db()
    return study


def make_annotators(study: Study, count: int) -> list[Annotator]:
    """Make annotators who have joined the study and are logged in."""
    engine = import_module(settings.SESSION_ENGINE)
    annotators = []
    for _ in range(count):
        user = User.objects.create_user(f"bench-{secrets.token_hex(6)}")
        membership = Membership.objects.create(
            study=study,
            user=user,
            first_verdict="human",
            person_marks=marks_of(study, user.pk),
        )
        session = engine.SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "accounts.backends.PasswordBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        annotators.append(
            Annotator(membership.pk, session.session_key, "c" * 32),
        )
    return annotators

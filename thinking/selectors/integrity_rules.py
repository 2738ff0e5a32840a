"""Rules of item studies that span several rows, and what to do if one is broken.

A statement's rows say what breaks the rule, given the study's id.
"""

from typing import Final

from annotation.rules.studies.findings import BY_HAND, EXCLUDE, FORGET, Rule

_RESTORE: Final = (
    "Pause the study and restore the last backup without this finding. Answers are to "
    "other items than were sealed."
)
_JOINED: Final = """
    FROM thinking_itemassignment a
    JOIN thinking_itembatch b ON b.id = a.batch_id
    JOIN thinking_itemstudy i ON i.id = b.item_study_id
    JOIN annotation_study s ON s.id = i.study_id
    JOIN annotation_membership m ON m.id = a.membership_id
"""

ITEM_RULES: Final = (
    Rule(
        "item-place-number",
        "a place is one of the batch's",
        BY_HAND,
        f"""
        SELECT format('item assignment %%s: place %%s of %%s',
                      a.public_id, a.place, s.redundancy)
        {_JOINED} WHERE s.id = %(study)s AND a.place > s.redundancy
    """,
    ),
    Rule(
        "item-place-freed",
        "a freed place was an excluded person's",
        BY_HAND,
        f"""
        SELECT format('item assignment %%s', a.public_id)
        {_JOINED} WHERE s.id = %(study)s AND a.freed_at IS NOT NULL
          AND m.excluded_at IS NULL
    """,
    ),
    Rule(
        "item-assignment-study",
        "who answers items is an annotator of the same study",
        BY_HAND,
        f"""
        SELECT format('item assignment %%s', a.public_id)
        {_JOINED} WHERE s.id = %(study)s
          AND (m.study_id <> s.id OR m.role <> 'annotator')
    """,
    ),
    Rule(
        "item-place-and-lease",
        "work in progress holds a place, and a lease that began after it",
        BY_HAND,
        f"""
        SELECT format('item assignment %%s: place %%s, started %%s, leased until %%s',
                      a.public_id, a.place, a.started_at, a.leased_until)
        {_JOINED} WHERE s.id = %(study)s AND a.state = 'active'
          AND (a.place IS NULL OR a.leased_until < a.started_at)
    """,
    ),
    Rule(
        "item-left-place",
        "who has left works on nothing",
        FORGET,
        f"""
        SELECT format('item assignment %%s', a.public_id)
        {_JOINED} WHERE s.id = %(study)s AND a.state = 'active'
          AND m.left_at IS NOT NULL
    """,
    ),
    Rule(
        "item-person-twice",
        "nobody has a batch twice, under another code either",
        EXCLUDE,
        f"""
        SELECT format('batch %%s: %%s and %%s', b.number, m.code, other.code)
        {_JOINED}
        JOIN thinking_itemassignment again
          ON again.batch_id = b.id AND again.id > a.id
        JOIN annotation_membership other ON other.id = again.membership_id
        WHERE s.id = %(study)s
          AND (m.id = other.id OR m.user_id = other.user_id
               OR m.person_marks && other.person_marks)
    """,
    ),
    Rule(
        "item-video-twice",
        "nobody is asked about a video twice",
        EXCLUDE,
        f"""
        SELECT format('%%s: video %%s', m.code, x.video_id)
        {_JOINED}
        JOIN thinking_personanswer p ON p.assignment_id = a.id
        JOIN thinking_item x ON x.id = p.item_id
        WHERE s.id = %(study)s
        GROUP BY m.id, x.video_id HAVING count(*) > 1
    """,
    ),
    Rule(
        "item-answered-in-full",
        "a submitted batch is answered in full",
        BY_HAND,
        f"""
        SELECT format('item assignment %%s: %%s of %%s items answered', a.public_id,
            (SELECT count(p.place) FROM thinking_personanswer p
             WHERE p.assignment_id = a.id),
            (SELECT count(*) FROM thinking_batchitem x WHERE x.batch_id = b.id))
        {_JOINED} WHERE s.id = %(study)s AND a.state = 'submitted' AND EXISTS (
            SELECT FROM thinking_batchitem x
            LEFT JOIN thinking_personanswer p
              ON p.assignment_id = a.id AND p.item_id = x.item_id
            WHERE x.batch_id = b.id AND p.place IS NULL
        )
    """,  # noqa: S608  (our own words)
    ),
    Rule(
        "item-answer-possible",
        "an answer is one of the options",
        BY_HAND,
        f"""
        SELECT format('item assignment %%s, position %%s', a.public_id, p.position)
        {_JOINED}
        JOIN thinking_personanswer p ON p.assignment_id = a.id
        JOIN thinking_item x ON x.id = p.item_id
        WHERE s.id = %(study)s AND p.place >= cardinality(x.options)
    """,
    ),
    Rule(
        "item-answer-locked",
        "a submitted answer was given before the submission",
        BY_HAND,
        f"""
        SELECT format('item assignment %%s, position %%s', a.public_id, p.position)
        {_JOINED}
        JOIN thinking_personanswer p ON p.assignment_id = a.id
        WHERE s.id = %(study)s AND a.state = 'submitted'
          AND p.given_at > a.submitted_at
    """,
    ),
    Rule(
        "item-history",
        "the history has what came before an answer, and nothing else",
        BY_HAND,
        f"""
        SELECT format('item assignment %%s, position %%s', a.public_id, p.position)
        {_JOINED}
        JOIN thinking_personanswer p ON p.assignment_id = a.id
        WHERE s.id = %(study)s AND (
            p.change_count > (
                SELECT count(*) FROM thinking_personanswerrevision r
                WHERE r.answer_id = p.id
            )
            OR EXISTS (
                SELECT FROM thinking_personanswerrevision r
                WHERE r.answer_id = p.id
                  AND (p.key IS NULL OR p.key = r.key OR r.given_at > p.given_at)
            )
        )
    """,  # noqa: S608  (our own words)
    ),
)
ITEM_BATCHES: Final = Rule(
    "item-batches-unchanged", "batches of items are what was cut", _RESTORE
)
ITEM_BUILD: Final = Rule(
    "item-build-unchanged", "a sealed build's items are what was sealed", _RESTORE
)
ITEM_ORDER: Final = Rule(
    "item-order",
    "the items and options shown are those of the seed, in its order",
    BY_HAND,
)

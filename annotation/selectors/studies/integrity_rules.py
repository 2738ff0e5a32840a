"""The rules that span several rows: what each one says, and what to do if it is broken.

A statement's rows say what breaks the rule, given the study's id.
"""

from typing import Final

from annotation.rules.studies.findings import BY_HAND, EXCLUDE, FORGET, Rule

_BATCH: Final = (
    "Withdraw the video if annotators were shown the wrong comments, or restore the "
    "last backup without this finding. Judgments on it are on other texts than sealed."
)
_RECOUNT: Final = (
    "Pause the study and compare with the last backup without this finding. If no "
    "assignment is missing, set places_taken to the number held."
)
_REOPEN: Final = (
    "Compare with the last backup without this finding. If the answers are not there, "
    "reopen the assignment, so that the annotator can give them again."
)
_WITHDRAW: Final = "Withdraw the video again, with a reason."
_INVITE: Final = "Revoke the invitation and create another one."


RULES: Final = (
    Rule(
        "places-counted",
        "places taken are those held",
        _RECOUNT,
        """
        SELECT format('batch %%s: %%s places taken, %%s held',
                      b.public_id, b.places_taken, count(a.place))
        FROM annotation_batch b
        LEFT JOIN annotation_assignment a ON a.batch_id = b.id
        WHERE b.study_id = %(study)s
        GROUP BY b.id HAVING b.places_taken <> count(a.place)
    """,
    ),
    Rule(
        "place-number",
        "a place is one of the batch's",
        BY_HAND,
        """
        SELECT format('assignment %%s: place %%s of %%s',
                      a.public_id, a.place, b.place_count)
        FROM annotation_assignment a JOIN annotation_batch b ON b.id = a.batch_id
        WHERE b.study_id = %(study)s AND a.place > b.place_count
          AND b.withdrawn_at IS NULL
    """,
    ),
    Rule(
        "place-freed",
        "a freed place was an excluded annotator's",
        BY_HAND,
        """
        SELECT format('assignment %%s', a.public_id)
        FROM annotation_assignment a
        JOIN annotation_batch b ON b.id = a.batch_id
        JOIN annotation_membership m ON m.id = a.membership_id
        WHERE b.study_id = %(study)s AND a.freed_at IS NOT NULL
          AND m.excluded_at IS NULL
    """,
    ),
    Rule(
        "redundancy",
        "a sealed study's batches are sealed, with the redundancy as places",
        BY_HAND,
        """
        SELECT format('batch %%s: %%s places, redundancy %%s',
                      b.public_id, b.place_count, s.redundancy)
        FROM annotation_batch b JOIN annotation_study s ON s.id = b.study_id
        WHERE s.id = %(study)s AND s.state <> 'draft'
          AND b.withdrawn_at IS NULL
          AND (b.sealed_at IS NULL OR b.place_count <> s.redundancy)
    """,
    ),
    Rule(
        "batch-full",
        "a sealed batch is full",
        _BATCH,
        """
        SELECT format('batch %%s: %%s human comments of %%s, %%s AI comments of %%s',
                      b.public_id, held.human, s.human_comment_count,
                      held.ai, sources.total)
        FROM annotation_study s
        JOIN annotation_batch b ON b.study_id = s.id
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE origin = 'human') AS human,
                   count(DISTINCT source.id) FILTER (WHERE origin = 'ai') AS ai
            FROM annotation_batchcomment c
            JOIN corpus_source source ON source.id = c.source_id
            WHERE c.batch_id = b.id
        ) held
        CROSS JOIN LATERAL (
            SELECT count(*) AS total FROM annotation_study_sources
            WHERE study_id = s.id
        ) sources
        WHERE s.id = %(study)s AND b.sealed_at IS NOT NULL
          AND (held.human, held.ai) <> (s.human_comment_count, sources.total)
    """,
    ),
    Rule(
        "batch-video",
        "a batch's comments are about its video, and say their source",
        _BATCH,
        """
        SELECT format('batch %%s: comment %%s', b.public_id, c.comment_id)
        FROM annotation_batchcomment c
        JOIN annotation_batch b ON b.id = c.batch_id
        JOIN corpus_comment text ON text.id = c.comment_id
        WHERE b.study_id = %(study)s
          AND (text.video_id, text.source_id) <> (b.video_id, c.source_id)
    """,
    ),
    Rule(
        "assignment-study",
        "an assignment is an annotator's of the same study",
        BY_HAND,
        """
        SELECT format('assignment %%s', a.public_id)
        FROM annotation_assignment a
        JOIN annotation_batch b ON b.id = a.batch_id
        JOIN annotation_membership m ON m.id = a.membership_id
        WHERE b.study_id = %(study)s
          AND (m.study_id <> b.study_id OR m.role <> 'annotator')
    """,
    ),
    Rule(
        "person-known",
        "who is in a study is known to it",
        FORGET,
        """
        SELECT format('membership %%s', m.code)
        FROM annotation_membership m CROSS JOIN unnest(m.person_marks) AS mark
        WHERE m.study_id = %(study)s AND NOT EXISTS (
            SELECT FROM annotation_personmark known
            WHERE known.study_id = m.study_id AND known.mark = mark
        )
        UNION ALL
        SELECT format('membership %%s leads to a person who left', m.code)
        FROM annotation_membership m
        WHERE m.study_id = %(study)s AND m.left_at IS NOT NULL
          AND (m.user_id IS NOT NULL OR m.participant_id <> ''
               OR m.person_marks <> '{}')
    """,
    ),
    Rule(
        "judgment-batch",
        "a judgment is on a comment of its assignment's batch, or on a check",
        BY_HAND,
        """
        SELECT format('assignment %%s, position %%s', a.public_id, p.position)
        FROM annotation_judgment j
        JOIN annotation_presentation p ON p.id = j.presentation_id
        JOIN annotation_assignment a ON a.id = p.assignment_id
        JOIN annotation_batch b ON b.id = a.batch_id
        LEFT JOIN annotation_batchcomment c ON c.id = p.batch_comment_id
        LEFT JOIN annotation_attentioncheck k ON k.id = p.attention_check_id
        WHERE b.study_id = %(study)s
          AND (c.batch_id <> b.id OR k.study_id <> b.study_id)
    """,
    ),
    Rule(
        "judged-in-full",
        "a submitted batch is judged in full",
        _REOPEN,
        """
        SELECT format('assignment %%s: %%s positions without both answers',
                      a.public_id, count(*))
        FROM annotation_assignment a
        JOIN annotation_batch b ON b.id = a.batch_id
        JOIN annotation_presentation p ON p.assignment_id = a.id
        LEFT JOIN annotation_judgment j ON j.presentation_id = p.id
        WHERE b.study_id = %(study)s AND a.state = 'submitted'
          AND (j.verdict IS NULL OR j.realism_score IS NULL)
          AND NOT EXISTS (
            SELECT FROM annotation_withdrawal w
            WHERE w.batch_comment_id = p.batch_comment_id
          )
        GROUP BY a.public_id
    """,
    ),
    Rule(
        "withdrawn-work",
        "nobody works on a withdrawn video",
        _WITHDRAW,
        """
        SELECT format('assignment %%s', a.public_id)
        FROM annotation_assignment a JOIN annotation_batch b ON b.id = a.batch_id
        WHERE b.study_id = %(study)s AND a.state = 'active'
          AND b.withdrawn_at IS NOT NULL
        UNION ALL
        SELECT format('batch %%s is withdrawn without a decision', b.public_id)
        FROM annotation_batch b
        WHERE b.study_id = %(study)s AND b.withdrawn_at IS NOT NULL
          AND NOT EXISTS (
            SELECT FROM annotation_withdrawal w WHERE w.batch_id = b.id
          )
    """,
    ),
    Rule(
        "batch-unchanged",
        "a sealed batch is what was sealed",
        _BATCH,
        """
        SELECT format('batch %%s', b.public_id)
        FROM annotation_batch b
        WHERE b.study_id = %(study)s AND b.sealed_at IS NOT NULL
          AND b.content_hash <> annotation_batch_hash(b.id)
    """,
    ),
    Rule(
        "text-twice",
        "no text stands twice in a sealed batch",
        _BATCH,
        """
        SELECT format('batch %%s: comments %%s', b.public_id,
                      string_agg(c.comment_id::text, ', ' ORDER BY c.comment_id))
        FROM annotation_batch b
        JOIN annotation_batchcomment c ON c.batch_id = b.id
        JOIN corpus_comment text ON text.id = c.comment_id
        WHERE b.study_id = %(study)s AND b.sealed_at IS NOT NULL
        GROUP BY b.id, text.text HAVING count(*) > 1
    """,
    ),
    Rule(
        "person-twice",
        "nobody has a batch twice, under another code either",
        EXCLUDE,
        """
        SELECT format('batch %%s: annotators %%s and %%s',
                      b.public_id, one.code, other.code)
        FROM annotation_batch b
        JOIN annotation_assignment a ON a.batch_id = b.id AND a.repeat_of_id IS NULL
        JOIN annotation_assignment again
          ON again.batch_id = b.id AND again.repeat_of_id IS NULL AND again.id > a.id
        JOIN annotation_membership one ON one.id = a.membership_id
        JOIN annotation_membership other ON other.id = again.membership_id
        WHERE b.study_id = %(study)s
          AND (one.id = other.id OR one.user_id = other.user_id
               OR one.person_marks && other.person_marks)
    """,
    ),
    Rule(
        "sees-sources",
        "who sees sources never judges",
        EXCLUDE,
        """
        SELECT format('annotator %%s is a %%s', m.code, person.role)
        FROM annotation_membership m
        JOIN accounts_user person ON person.id = m.user_id
        WHERE m.study_id = %(study)s AND m.role = 'annotator'
          AND person.role <> 'annotator'
    """,
    ),
    Rule(
        "place-and-lease",
        "work in progress holds a place, and a lease that began after it",
        BY_HAND,
        """
        SELECT format('assignment %%s: place %%s, started %%s, leased until %%s',
                      a.public_id, a.place, a.started_at, a.leased_until)
        FROM annotation_assignment a
        JOIN annotation_batch b ON b.id = a.batch_id
        WHERE b.study_id = %(study)s AND a.state = 'active'
          AND ((a.place IS NULL AND a.repeat_of_id IS NULL)
               OR a.leased_until < a.started_at)
    """,
    ),
    Rule(
        "left-place",
        "who has left works on nothing",
        FORGET,
        """
        SELECT format('assignment %%s', a.public_id)
        FROM annotation_assignment a
        JOIN annotation_batch b ON b.id = a.batch_id
        JOIN annotation_membership m ON m.id = a.membership_id
        WHERE b.study_id = %(study)s AND a.state = 'active' AND m.left_at IS NOT NULL
    """,
    ),
    Rule(
        "repeat",
        "a planned repeat is of the same annotator's submitted batch",
        BY_HAND,
        """
        SELECT format('assignment %%s', a.public_id)
        FROM annotation_assignment a
        JOIN annotation_assignment earlier ON earlier.id = a.repeat_of_id
        JOIN annotation_batch b ON b.id = a.batch_id
        WHERE b.study_id = %(study)s
          AND (earlier.batch_id <> a.batch_id
               OR earlier.membership_id <> a.membership_id
               OR (earlier.submitted_at IS NULL))
    """,
    ),
    Rule(
        "history",
        "the history has what came before an answer, and nothing else",
        BY_HAND,
        """
        SELECT format('assignment %%s, position %%s', a.public_id, p.position)
        FROM annotation_judgmentrevision r
        JOIN annotation_presentation p ON p.id = r.presentation_id
        JOIN annotation_assignment a ON a.id = p.assignment_id
        JOIN annotation_batch b ON b.id = a.batch_id
        LEFT JOIN annotation_judgment j ON j.presentation_id = p.id
        WHERE b.study_id = %(study)s
          AND (j.presentation_id IS NULL OR j.key = r.key
               OR r.answered_at > j.answered_at)
    """,
    ),
    Rule(
        "answer-locked",
        "no answer came after the submission",
        BY_HAND,
        """
        SELECT format('assignment %%s, position %%s', a.public_id, p.position)
        FROM annotation_judgment j
        JOIN annotation_presentation p ON p.id = j.presentation_id
        JOIN annotation_assignment a ON a.id = p.assignment_id
        JOIN annotation_batch b ON b.id = a.batch_id
        WHERE b.study_id = %(study)s AND a.state = 'submitted'
          AND j.received_at > a.submitted_at + interval '1 minute'
    """,
    ),
    Rule(
        "answer-possible",
        "an answer is one that the instrument has",
        BY_HAND,
        """
        SELECT format('assignment %%s, position %%s: %%s, %%s',
                      a.public_id, p.position, j.verdict, j.realism_score)
        FROM annotation_judgment j
        JOIN annotation_presentation p ON p.id = j.presentation_id
        JOIN annotation_assignment a ON a.id = p.assignment_id
        JOIN annotation_batch b ON b.id = a.batch_id
        JOIN annotation_study s ON s.id = b.study_id
        WHERE s.id = %(study)s
          AND ((j.verdict IS NOT NULL AND NOT s.instrument -> 'verdicts'
                @> jsonb_build_array(jsonb_build_object('value', j.verdict)))
               OR j.realism_score NOT BETWEEN
                  (s.instrument #>> '{scale,lowest}')::int
                  AND (s.instrument #>> '{scale,highest}')::int)
    """,
    ),
    Rule(
        "invitation-count",
        "an invitation counts everybody who came by it",
        _INVITE,
        """
        SELECT format('invitation %%s: %%s counted, %%s are here',
                      i.public_id, i.used_count, count(m.id))
        FROM annotation_invitation i
        JOIN annotation_membership m ON m.invitation_id = i.id
        WHERE i.study_id = %(study)s
        GROUP BY i.id HAVING count(m.id) > i.used_count
    """,
    ),
)
MARKS: Final = Rule(
    "mark-key",
    "a person's marks are what PERSON_MARK_KEY makes",
    "Set PERSON_MARK_KEY to the SECRET_KEY of the time when the study began.",
)
ORDER: Final = Rule(
    "order",
    "the order shown is the one that the seed makes",
    BY_HAND,
)
REFERENCES: Final = Rule(
    "reference",
    "every row that another one names is there",
    "The database is damaged, or was restored in part: restore the last backup without "
    "this finding.",
)

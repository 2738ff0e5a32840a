"""Rules over several tables, kept by the database itself.

- A sealed batch keeps its comments, and says their hash.
- The answers of a submitted assignment keep their values.
- A judgment is one that the study's instrument can record, and a sealed study keeps its
  instrument.
- Who can see sources never judges: a person's role fits their memberships, and a
  membership's role never changes.
- An excluded annotator takes no place.
- A withdrawn video gives out no place, and a withdrawal never changes.
- Who was in a study is known to it for good, and never judges in it (again).
"""

from django.db import migrations

SEALED_BATCH = """
CREATE FUNCTION annotation_sealed_batch_never_changes() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        touched := ARRAY[NEW.batch_id];
    ELSIF TG_OP = 'DELETE' THEN
        touched := ARRAY[OLD.batch_id];
    ELSE
        touched := ARRAY[OLD.batch_id, NEW.batch_id];
    END IF;
    IF EXISTS (
        SELECT FROM annotation_batch
        WHERE id = ANY(touched) AND sealed_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'sealed_batch_never_changes'
            USING ERRCODE = 'integrity_constraint_violation',
                  HINT = 'Fill a batch before it is sealed.';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER sealed_batch_never_changes
BEFORE INSERT OR UPDATE OR DELETE ON annotation_batchcomment
FOR EACH ROW EXECUTE FUNCTION annotation_sealed_batch_never_changes();
"""

# What was sealed, to be compared with by whoever doubts that the triggers were on.
BATCH_HASH = """
CREATE FUNCTION annotation_batch_hash(batch bigint) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(coalesce(string_agg(
        jsonb_build_array(c.source_id, c.slot, c.comment_id, text.text)::text, E'\\n'
        ORDER BY c.source_id, c.slot
    ), ''), 'UTF8')), 'hex')
    FROM annotation_batchcomment c JOIN corpus_comment text ON text.id = c.comment_id
    WHERE c.batch_id = batch
$$;

CREATE FUNCTION annotation_sealed_batch_says_its_hash() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.content_hash := annotation_batch_hash(NEW.id);
    RETURN NEW;
END $$;

CREATE TRIGGER sealed_batch_says_its_hash
BEFORE UPDATE OF sealed_at ON annotation_batch
FOR EACH ROW WHEN (OLD.sealed_at IS NULL AND NEW.sealed_at IS NOT NULL)
EXECUTE FUNCTION annotation_sealed_batch_says_its_hash();

CREATE TRIGGER batch_made_sealed_says_its_hash
BEFORE INSERT ON annotation_batch
FOR EACH ROW WHEN (NEW.sealed_at IS NOT NULL)
EXECUTE FUNCTION annotation_sealed_batch_says_its_hash();
"""

# Once a statement, not once a row: a batch of 29 answers pays for one look-up.
SUBMITTED_ASSIGNMENT = """
CREATE FUNCTION annotation_submitted_answers_never_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM touched
        JOIN annotation_presentation p ON p.id = touched.presentation_id
        JOIN annotation_assignment a ON a.id = p.assignment_id
        WHERE a.state = 'submitted'
    ) THEN
        RAISE EXCEPTION 'submitted_answers_never_change'
            USING ERRCODE = 'integrity_constraint_violation',
                  HINT = 'An admin can reopen the assignment.';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER submitted_answers_never_change_insert
AFTER INSERT ON annotation_judgment
REFERENCING NEW TABLE AS touched
FOR EACH STATEMENT EXECUTE FUNCTION annotation_submitted_answers_never_change();

CREATE TRIGGER submitted_answers_never_change_update
AFTER UPDATE ON annotation_judgment
REFERENCING NEW TABLE AS touched
FOR EACH STATEMENT EXECUTE FUNCTION annotation_submitted_answers_never_change();
"""

# As above, once a statement. What the instrument does not say is not allowed either.
INSTRUMENT = """
CREATE FUNCTION annotation_judgment_fits_the_instrument() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM touched
        JOIN annotation_presentation p ON p.id = touched.presentation_id
        JOIN annotation_assignment a ON a.id = p.assignment_id
        JOIN annotation_batch b ON b.id = a.batch_id
        JOIN annotation_study s ON s.id = b.study_id
        WHERE touched.verdict IS NOT NULL AND (
            s.instrument -> 'verdicts'
                @> jsonb_build_array(jsonb_build_object('value', touched.verdict))
        ) IS NOT TRUE
        OR touched.realism_score IS NOT NULL AND (
            touched.realism_score
                BETWEEN (s.instrument #>> '{scale,lowest}')::int
                AND (s.instrument #>> '{scale,highest}')::int
        ) IS NOT TRUE
    ) THEN
        RAISE EXCEPTION 'judgment_fits_the_instrument'
            USING ERRCODE = 'integrity_constraint_violation',
                  HINT = 'Use a verdict and a score of the study''s instrument.';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER judgment_fits_the_instrument_insert
AFTER INSERT ON annotation_judgment
REFERENCING NEW TABLE AS touched
FOR EACH STATEMENT EXECUTE FUNCTION annotation_judgment_fits_the_instrument();

CREATE TRIGGER judgment_fits_the_instrument_update
AFTER UPDATE ON annotation_judgment
REFERENCING NEW TABLE AS touched
FOR EACH STATEMENT EXECUTE FUNCTION annotation_judgment_fits_the_instrument();

CREATE FUNCTION annotation_sealed_study_keeps_its_instrument() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'sealed_study_keeps_its_instrument'
        USING ERRCODE = 'integrity_constraint_violation',
              HINT = 'Copy the study to use another instrument.';
END $$;

CREATE TRIGGER sealed_study_keeps_its_instrument
BEFORE UPDATE OF instrument, one_tap ON annotation_study
FOR EACH ROW
WHEN (
    OLD.sealed_at IS NOT NULL
    AND (OLD.instrument, OLD.one_tap) IS DISTINCT FROM (NEW.instrument, NEW.one_tap)
)
EXECUTE FUNCTION annotation_sealed_study_keeps_its_instrument();
"""

# Each side locks the person's row before it looks, so that two changes at once cannot
# slip past each other.
ROLES = """
CREATE FUNCTION annotation_membership_fits_the_role() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    person text;
    admin_end timestamptz;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.role <> OLD.role THEN
        RAISE EXCEPTION 'membership_role_never_changes'
            USING ERRCODE = 'integrity_constraint_violation',
                  HINT = 'Who has judged has no business with the sources.';
    END IF;
    SELECT role, admin_until INTO person, admin_end
    FROM accounts_user WHERE id = NEW.user_id FOR SHARE;
    IF (NEW.role = 'annotator') <> (person = 'annotator') THEN
        RAISE EXCEPTION 'who_sees_sources_never_judges'
            USING ERRCODE = 'integrity_constraint_violation',
                  HINT = 'Annotators judge; researchers and admins run studies.';
    END IF;
    IF NEW.role = 'annotator' AND admin_end IS NOT NULL AND EXISTS (
        SELECT FROM annotation_study
        WHERE id = NEW.study_id AND created_at <= admin_end
    ) THEN
        RAISE EXCEPTION 'who_saw_sources_never_judges'
            USING ERRCODE = 'integrity_constraint_violation',
                  HINT = 'An admin sees every study that exists.';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER membership_fits_the_role
BEFORE INSERT OR UPDATE OF role, user_id ON annotation_membership
FOR EACH ROW EXECUTE FUNCTION annotation_membership_fits_the_role();

CREATE FUNCTION annotation_role_fits_the_memberships() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM annotation_membership
        WHERE user_id = NEW.id
          AND (role = 'annotator') <> (NEW.role = 'annotator')
    ) THEN
        RAISE EXCEPTION 'who_sees_sources_never_judges'
            USING ERRCODE = 'integrity_constraint_violation',
                  HINT = 'Cut the person off from their studies first.';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER role_fits_the_memberships
BEFORE UPDATE OF role ON accounts_user
FOR EACH ROW WHEN (OLD.role IS DISTINCT FROM NEW.role)
EXECUTE FUNCTION annotation_role_fits_the_memberships();
"""

# The membership's row is locked first: excluding and taking a place come one by one.
EXCLUDED = """
CREATE FUNCTION annotation_excluded_annotator_takes_no_place() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    excluded timestamptz;
BEGIN
    SELECT excluded_at INTO excluded
    FROM annotation_membership WHERE id = NEW.membership_id FOR SHARE;
    IF excluded IS NOT NULL THEN
        RAISE EXCEPTION 'excluded_annotator_takes_no_place'
            USING ERRCODE = 'integrity_constraint_violation',
                  HINT = 'Undo the exclusion first.';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER excluded_annotator_takes_no_place_insert
BEFORE INSERT ON annotation_assignment
FOR EACH ROW WHEN (NEW.place IS NOT NULL)
EXECUTE FUNCTION annotation_excluded_annotator_takes_no_place();

CREATE TRIGGER excluded_annotator_takes_no_place_update
BEFORE UPDATE OF place ON annotation_assignment
FOR EACH ROW WHEN (OLD.place IS NULL AND NEW.place IS NOT NULL)
EXECUTE FUNCTION annotation_excluded_annotator_takes_no_place();
"""

# The unique constraint on the marks refuses whoever was in the study before; only a
# researcher may come back, as a researcher. Marks go with their study alone: looked at
# when the transaction ends, so that they can be written anew within it.
PERSON_MARKS = """
CREATE FUNCTION annotation_who_joins_is_known() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    new_marks text[] := NEW.person_marks;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        new_marks := ARRAY(
            SELECT unnest(NEW.person_marks) EXCEPT SELECT unnest(OLD.person_marks)
        );
    END IF;
    IF NEW.role = 'researcher' THEN
        INSERT INTO annotation_personmark AS known (id, study_id, mark, role)
        SELECT gen_random_uuid(), NEW.study_id, mark, NEW.role
        FROM unnest(new_marks) AS mark
        ON CONFLICT (study_id, mark) DO UPDATE SET role = 'researcher'
        WHERE known.role <> 'researcher';
    ELSE
        INSERT INTO annotation_personmark (id, study_id, mark, role)
        SELECT gen_random_uuid(), NEW.study_id, mark, NEW.role
        FROM unnest(new_marks) AS mark;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER who_joins_is_known
AFTER INSERT OR UPDATE OF person_marks ON annotation_membership
FOR EACH ROW EXECUTE FUNCTION annotation_who_joins_is_known();

CREATE FUNCTION annotation_a_study_keeps_its_marks() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM annotation_study WHERE id = OLD.study_id)
        AND NOT EXISTS (
            SELECT FROM annotation_personmark
            WHERE study_id = OLD.study_id AND mark = OLD.mark
        )
    THEN
        RAISE EXCEPTION 'a_study_keeps_its_marks'
            USING ERRCODE = 'integrity_constraint_violation',
                  HINT = 'Without them people could judge a batch twice.';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER a_study_keeps_its_marks
AFTER DELETE OR UPDATE OF study_id, mark ON annotation_personmark
DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION annotation_a_study_keeps_its_marks();
"""

# A withdrawn batch has the places that are taken, and no other: nobody is given one of
# it, whatever becomes of those who hold them.
WITHDRAWN = """
CREATE FUNCTION annotation_withdrawn_batch_gives_no_place() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.withdrawn_at IS NOT NULL AND (
        NEW.withdrawn_at IS NULL OR NEW.places_taken > OLD.places_taken
    ) THEN
        RAISE EXCEPTION 'withdrawn_batch_gives_no_place'
            USING ERRCODE = 'integrity_constraint_violation',
                  HINT = 'A withdrawal is not taken back.';
    END IF;
    NEW.place_count := NEW.places_taken;
    RETURN NEW;
END $$;

CREATE TRIGGER withdrawn_batch_gives_no_place
BEFORE UPDATE ON annotation_batch
FOR EACH ROW WHEN (OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NOT NULL)
EXECUTE FUNCTION annotation_withdrawn_batch_gives_no_place();

CREATE FUNCTION annotation_withdrawal_never_changes() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'withdrawal_never_changes'
        USING ERRCODE = 'integrity_constraint_violation',
              HINT = 'It is a recorded decision.';
END $$;

CREATE TRIGGER withdrawal_never_changes
BEFORE UPDATE ON annotation_withdrawal
FOR EACH ROW
WHEN ((OLD.study_id, OLD.batch_id, OLD.batch_comment_id, OLD.reason, OLD.counts)
    IS DISTINCT FROM
    (NEW.study_id, NEW.batch_id, NEW.batch_comment_id, NEW.reason, NEW.counts))
EXECUTE FUNCTION annotation_withdrawal_never_changes();
"""

# Which comments a batch could have had is part of what the seal fixes.
HELD_BACK = """
CREATE FUNCTION annotation_only_drafts_hold_back() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    study_id bigint := coalesce(NEW.study_id, OLD.study_id);
BEGIN
    IF EXISTS (
        SELECT FROM annotation_study s WHERE s.id = study_id AND s.state <> 'draft'
    ) THEN
        RAISE EXCEPTION 'only_drafts_hold_back'
            USING ERRCODE = 'integrity_constraint_violation',
                  HINT = 'The study is sealed.';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER only_drafts_hold_back
BEFORE INSERT OR DELETE ON annotation_heldbackcomment
FOR EACH ROW EXECUTE FUNCTION annotation_only_drafts_hold_back();
"""


class Migration(migrations.Migration):
    dependencies = [("annotation", "0001_initial")]

    operations = [
        migrations.RunSQL(
            SEALED_BATCH,
            "DROP TRIGGER sealed_batch_never_changes ON annotation_batchcomment;"
            "DROP FUNCTION annotation_sealed_batch_never_changes;",
        ),
        migrations.RunSQL(
            BATCH_HASH,
            "DROP TRIGGER sealed_batch_says_its_hash ON annotation_batch;"
            "DROP TRIGGER batch_made_sealed_says_its_hash ON annotation_batch;"
            "DROP FUNCTION annotation_sealed_batch_says_its_hash;"
            "DROP FUNCTION annotation_batch_hash;",
        ),
        migrations.RunSQL(
            SUBMITTED_ASSIGNMENT,
            "DROP TRIGGER submitted_answers_never_change_insert"
            " ON annotation_judgment;"
            "DROP TRIGGER submitted_answers_never_change_update"
            " ON annotation_judgment;"
            "DROP FUNCTION annotation_submitted_answers_never_change;",
        ),
        migrations.RunSQL(
            INSTRUMENT,
            "DROP TRIGGER judgment_fits_the_instrument_insert ON annotation_judgment;"
            "DROP TRIGGER judgment_fits_the_instrument_update ON annotation_judgment;"
            "DROP FUNCTION annotation_judgment_fits_the_instrument;"
            "DROP TRIGGER sealed_study_keeps_its_instrument ON annotation_study;"
            "DROP FUNCTION annotation_sealed_study_keeps_its_instrument;",
        ),
        migrations.RunSQL(
            ROLES,
            "DROP TRIGGER membership_fits_the_role ON annotation_membership;"
            "DROP FUNCTION annotation_membership_fits_the_role;"
            "DROP TRIGGER role_fits_the_memberships ON accounts_user;"
            "DROP FUNCTION annotation_role_fits_the_memberships;",
        ),
        migrations.RunSQL(
            EXCLUDED,
            "DROP TRIGGER excluded_annotator_takes_no_place_insert"
            " ON annotation_assignment;"
            "DROP TRIGGER excluded_annotator_takes_no_place_update"
            " ON annotation_assignment;"
            "DROP FUNCTION annotation_excluded_annotator_takes_no_place;",
        ),
        migrations.RunSQL(
            PERSON_MARKS,
            "DROP TRIGGER who_joins_is_known ON annotation_membership;"
            "DROP FUNCTION annotation_who_joins_is_known;"
            "DROP TRIGGER a_study_keeps_its_marks ON annotation_personmark;"
            "DROP FUNCTION annotation_a_study_keeps_its_marks;",
        ),
        migrations.RunSQL(
            HELD_BACK,
            "DROP TRIGGER only_drafts_hold_back ON annotation_heldbackcomment;"
            "DROP FUNCTION annotation_only_drafts_hold_back;",
        ),
        migrations.RunSQL(
            WITHDRAWN,
            "DROP TRIGGER withdrawn_batch_gives_no_place ON annotation_batch;"
            "DROP FUNCTION annotation_withdrawn_batch_gives_no_place;"
            "DROP TRIGGER withdrawal_never_changes ON annotation_withdrawal;"
            "DROP FUNCTION annotation_withdrawal_never_changes;",
        ),
    ]

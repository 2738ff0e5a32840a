"""Item studies stay as they are sealed; people's answers fit them and never change."""

from django.db import migrations

SQL = """
CREATE TRIGGER only_a_sealed_build_is_asked
BEFORE INSERT ON thinking_itemstudy
FOR EACH ROW EXECUTE FUNCTION thinking_only_a_sealed_build_is_answered();

CREATE FUNCTION thinking_item_study_never_changes() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'item_study_never_changes'
        USING ERRCODE = 'integrity_constraint_violation',
              HINT = 'Create another item study instead.';
END $$;

CREATE TRIGGER item_study_never_changes
BEFORE UPDATE ON thinking_itemstudy
FOR EACH ROW EXECUTE FUNCTION thinking_item_study_never_changes();

CREATE TRIGGER item_batch_never_changes
BEFORE UPDATE ON thinking_itembatch
FOR EACH ROW EXECUTE FUNCTION thinking_item_study_never_changes();

CREATE TRIGGER batch_item_never_changes
BEFORE UPDATE ON thinking_batchitem
FOR EACH ROW EXECUTE FUNCTION thinking_item_study_never_changes();

CREATE FUNCTION thinking_sealed_study_keeps_its_items() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM touched
        JOIN thinking_itemstudy i ON i.id = touched.item_study_id
        JOIN annotation_study s ON s.id = i.study_id
        WHERE s.sealed_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'sealed_study_keeps_its_items'
            USING ERRCODE = 'integrity_constraint_violation',
                  HINT = 'Create another item study instead.';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER sealed_study_keeps_its_items_insert
AFTER INSERT ON thinking_batchitem
REFERENCING NEW TABLE AS touched
FOR EACH STATEMENT EXECUTE FUNCTION thinking_sealed_study_keeps_its_items();

CREATE TRIGGER sealed_study_keeps_its_items_delete
AFTER DELETE ON thinking_batchitem
REFERENCING OLD TABLE AS touched
FOR EACH STATEMENT EXECUTE FUNCTION thinking_sealed_study_keeps_its_items();

CREATE FUNCTION thinking_item_fits_its_batch() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM touched
        JOIN thinking_itembatch b ON b.id = touched.batch_id
        JOIN thinking_itemstudy s ON s.id = touched.item_study_id
        JOIN thinking_item i ON i.id = touched.item_id
        WHERE b.item_study_id <> s.id OR i.build_id <> s.build_id
    ) THEN
        RAISE EXCEPTION 'item_is_of_the_build_of_its_study'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (
        SELECT FROM thinking_batchitem one
        JOIN thinking_item i ON i.id = one.item_id
        WHERE one.batch_id IN (SELECT batch_id FROM touched)
        GROUP BY one.batch_id, i.video_id HAVING count(*) > 1
    ) THEN
        RAISE EXCEPTION 'items_of_a_batch_have_different_videos'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER item_fits_its_batch
AFTER INSERT ON thinking_batchitem
REFERENCING NEW TABLE AS touched
FOR EACH STATEMENT EXECUTE FUNCTION thinking_item_fits_its_batch();

-- As many places as the study's redundancy, each held once; none for who is excluded.
CREATE FUNCTION thinking_item_place_is_to_be_had() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    of_batch record;
    of_person record;
BEGIN
    SELECT s.id, s.redundancy, s.sealed_at INTO of_batch
    FROM thinking_itembatch b
    JOIN thinking_itemstudy i ON i.id = b.item_study_id
    JOIN annotation_study s ON s.id = i.study_id
    WHERE b.id = NEW.batch_id;
    SELECT m.study_id, m.role, m.excluded_at INTO of_person
    FROM annotation_membership m WHERE m.id = NEW.membership_id;
    IF of_batch.id <> of_person.study_id OR of_person.role <> 'annotator'
       OR of_batch.sealed_at IS NULL THEN
        RAISE EXCEPTION 'item_work_is_for_annotators_of_its_sealed_study'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.place > of_batch.redundancy THEN
        RAISE EXCEPTION 'item_batch_stays_within_its_redundancy'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF of_person.excluded_at IS NOT NULL THEN
        RAISE EXCEPTION 'excluded_person_takes_no_item_place'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER item_place_is_to_be_had_insert
BEFORE INSERT ON thinking_itemassignment
FOR EACH ROW EXECUTE FUNCTION thinking_item_place_is_to_be_had();

CREATE TRIGGER item_place_is_to_be_had_update
BEFORE UPDATE OF place ON thinking_itemassignment
FOR EACH ROW
WHEN (NEW.place IS NOT NULL AND NEW.place IS DISTINCT FROM OLD.place)
EXECUTE FUNCTION thinking_item_place_is_to_be_had();

CREATE FUNCTION thinking_item_work_is_what_was_given() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'item_work_is_what_was_given'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER item_work_is_what_was_given
BEFORE UPDATE OF batch_id, membership_id, number, seed ON thinking_itemassignment
FOR EACH ROW
WHEN ((OLD.batch_id, OLD.membership_id, OLD.number, OLD.seed)
      IS DISTINCT FROM (NEW.batch_id, NEW.membership_id, NEW.number, NEW.seed))
EXECUTE FUNCTION thinking_item_work_is_what_was_given();

CREATE TRIGGER item_answer_is_to_what_was_asked
BEFORE UPDATE OF assignment_id, position, item_id, rotation ON thinking_personanswer
FOR EACH ROW
WHEN ((OLD.assignment_id, OLD.position, OLD.item_id, OLD.rotation)
      IS DISTINCT FROM (NEW.assignment_id, NEW.position, NEW.item_id, NEW.rotation))
EXECUTE FUNCTION thinking_item_work_is_what_was_given();

CREATE FUNCTION thinking_submitted_item_work() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'submitted' AND NEW.state = 'active' THEN
        RAISE EXCEPTION 'submitted_item_work_stays_submitted'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state = 'submitted' AND EXISTS (
        SELECT FROM thinking_batchitem b
        LEFT JOIN thinking_personanswer a
            ON a.assignment_id = NEW.id AND a.item_id = b.item_id
        WHERE b.batch_id = NEW.batch_id AND a.place IS NULL
    ) THEN
        RAISE EXCEPTION 'submitted_item_batch_is_answered'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER submitted_item_work
BEFORE UPDATE OF state ON thinking_itemassignment
FOR EACH ROW WHEN (NEW.state IS DISTINCT FROM OLD.state)
EXECUTE FUNCTION thinking_submitted_item_work();

CREATE FUNCTION thinking_submitted_person_answer_never_changes() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM thinking_itemassignment a
        WHERE a.id = coalesce(NEW.assignment_id, OLD.assignment_id)
          AND a.state = 'submitted'
    ) THEN
        RAISE EXCEPTION 'submitted_person_answer_never_changes'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER submitted_person_answer_never_changes
BEFORE INSERT OR UPDATE OR DELETE ON thinking_personanswer
FOR EACH ROW EXECUTE FUNCTION thinking_submitted_person_answer_never_changes();

CREATE FUNCTION thinking_earlier_person_answer_never_changes() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' OR EXISTS (
        SELECT FROM thinking_personanswer p
        JOIN thinking_itemassignment a ON a.id = p.assignment_id
        WHERE p.id = coalesce(NEW.answer_id, OLD.answer_id) AND a.state = 'submitted'
    ) THEN
        RAISE EXCEPTION 'earlier_person_answer_never_changes'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER earlier_person_answer_never_changes
BEFORE INSERT OR UPDATE OR DELETE ON thinking_personanswerrevision
FOR EACH ROW EXECUTE FUNCTION thinking_earlier_person_answer_never_changes();

CREATE FUNCTION thinking_person_is_asked_what_the_batch_has() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM touched
        JOIN thinking_itemassignment a ON a.id = touched.assignment_id
        WHERE NOT EXISTS (
            SELECT FROM thinking_batchitem b
            WHERE b.batch_id = a.batch_id AND b.item_id = touched.item_id
        )
    ) THEN
        RAISE EXCEPTION 'person_is_asked_what_the_batch_has'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (
        SELECT FROM touched
        JOIN thinking_item i ON i.id = touched.item_id
        JOIN thinking_itemassignment a ON a.id = touched.assignment_id
        JOIN thinking_itemassignment earlier
            ON earlier.membership_id = a.membership_id AND earlier.id <> a.id
        JOIN thinking_personanswer seen ON seen.assignment_id = earlier.id
        JOIN thinking_item other ON other.id = seen.item_id
        WHERE other.video_id = i.video_id
    ) THEN
        RAISE EXCEPTION 'person_is_asked_about_a_video_once'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER person_is_asked_what_the_batch_has
AFTER INSERT ON thinking_personanswer
REFERENCING NEW TABLE AS touched
FOR EACH STATEMENT EXECUTE FUNCTION thinking_person_is_asked_what_the_batch_has();
"""
REVERSE = """
DROP TRIGGER person_is_asked_what_the_batch_has ON thinking_personanswer;
DROP FUNCTION thinking_person_is_asked_what_the_batch_has;
DROP TRIGGER earlier_person_answer_never_changes ON thinking_personanswerrevision;
DROP FUNCTION thinking_earlier_person_answer_never_changes;
DROP TRIGGER submitted_person_answer_never_changes ON thinking_personanswer;
DROP FUNCTION thinking_submitted_person_answer_never_changes;
DROP TRIGGER submitted_item_work ON thinking_itemassignment;
DROP FUNCTION thinking_submitted_item_work;
DROP TRIGGER item_answer_is_to_what_was_asked ON thinking_personanswer;
DROP TRIGGER item_work_is_what_was_given ON thinking_itemassignment;
DROP FUNCTION thinking_item_work_is_what_was_given;
DROP TRIGGER item_place_is_to_be_had_update ON thinking_itemassignment;
DROP TRIGGER item_place_is_to_be_had_insert ON thinking_itemassignment;
DROP FUNCTION thinking_item_place_is_to_be_had;
DROP TRIGGER item_fits_its_batch ON thinking_batchitem;
DROP FUNCTION thinking_item_fits_its_batch;
DROP TRIGGER sealed_study_keeps_its_items_delete ON thinking_batchitem;
DROP TRIGGER sealed_study_keeps_its_items_insert ON thinking_batchitem;
DROP FUNCTION thinking_sealed_study_keeps_its_items;
DROP TRIGGER batch_item_never_changes ON thinking_batchitem;
DROP TRIGGER item_batch_never_changes ON thinking_itembatch;
DROP TRIGGER item_study_never_changes ON thinking_itemstudy;
DROP FUNCTION thinking_item_study_never_changes;
DROP TRIGGER only_a_sealed_build_is_asked ON thinking_itemstudy;
"""


class Migration(migrations.Migration):
    dependencies = [("thinking", "0002_builds_and_replies_never_change")]

    operations = [migrations.RunSQL(SQL, REVERSE)]

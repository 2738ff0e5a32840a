"""What never changes again, kept by the database itself.

- A sealed batch keeps its comments.
- The answers of a submitted assignment keep their values.
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


class Migration(migrations.Migration):
    dependencies = [("annotation", "0001_initial")]

    operations = [
        migrations.RunSQL(
            SEALED_BATCH,
            "DROP TRIGGER sealed_batch_never_changes ON annotation_batchcomment;"
            "DROP FUNCTION annotation_sealed_batch_never_changes;",
        ),
        migrations.RunSQL(
            SUBMITTED_ASSIGNMENT,
            "DROP TRIGGER submitted_answers_never_change_insert"
            " ON annotation_judgment;"
            "DROP TRIGGER submitted_answers_never_change_update"
            " ON annotation_judgment;"
            "DROP FUNCTION annotation_submitted_answers_never_change;",
        ),
    ]

"""Items, sealed builds and replies never change, and replies fit their run."""

from django.db import migrations

SQL = """
CREATE FUNCTION thinking_sealed_build_never_changes() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'sealed_build_never_changes'
        USING ERRCODE = 'integrity_constraint_violation',
              HINT = 'Make a new build instead.';
END $$;

CREATE TRIGGER sealed_build_never_changes
BEFORE UPDATE OR DELETE ON thinking_build
FOR EACH ROW WHEN (OLD.sealed_at IS NOT NULL)
EXECUTE FUNCTION thinking_sealed_build_never_changes();

CREATE FUNCTION thinking_build_is_what_was_built() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'build_is_what_was_built'
        USING ERRCODE = 'integrity_constraint_violation',
              HINT = 'Make a new build instead.';
END $$;

-- Before the seal, too: its name and hash say what it was made from.
CREATE TRIGGER build_is_what_was_built
BEFORE UPDATE OF name, kind, selection_id, seed, split, rules_version, sha256, corpus_sha256,
    records, counts, report, missing, is_flagged ON thinking_build
FOR EACH ROW
WHEN ((OLD.name, OLD.kind, OLD.selection_id, OLD.seed, OLD.split, OLD.rules_version, OLD.sha256,
       OLD.corpus_sha256, OLD.records, OLD.counts, OLD.report, OLD.missing,
       OLD.is_flagged)
      IS DISTINCT FROM
      (NEW.name, NEW.kind, NEW.selection_id, NEW.seed, NEW.split, NEW.rules_version, NEW.sha256,
       NEW.corpus_sha256, NEW.records, NEW.counts, NEW.report, NEW.missing,
       NEW.is_flagged))
EXECUTE FUNCTION thinking_build_is_what_was_built();

CREATE TRIGGER item_never_changes
BEFORE UPDATE ON thinking_item
FOR EACH ROW EXECUTE FUNCTION thinking_build_is_what_was_built();

-- Once a statement: a build has thousands of items.
CREATE FUNCTION thinking_sealed_build_keeps_its_items() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM touched JOIN thinking_build b ON b.id = touched.build_id
        WHERE b.sealed_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'sealed_build_keeps_its_items'
            USING ERRCODE = 'integrity_constraint_violation',
                  HINT = 'Make a new build instead.';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER sealed_build_keeps_its_items_insert
AFTER INSERT ON thinking_item
REFERENCING NEW TABLE AS touched
FOR EACH STATEMENT EXECUTE FUNCTION thinking_sealed_build_keeps_its_items();

CREATE TRIGGER sealed_build_keeps_its_items_delete
AFTER DELETE ON thinking_item
REFERENCING OLD TABLE AS touched
FOR EACH STATEMENT EXECUTE FUNCTION thinking_sealed_build_keeps_its_items();

CREATE FUNCTION thinking_only_a_sealed_build_is_answered() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM thinking_build b WHERE b.id = NEW.build_id AND b.sealed_at IS NULL
    ) THEN
        RAISE EXCEPTION 'only_a_sealed_build_is_answered'
            USING ERRCODE = 'integrity_constraint_violation',
                  HINT = 'Seal the build first.';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER only_a_sealed_build_is_answered
BEFORE INSERT ON thinking_answerrun
FOR EACH ROW EXECUTE FUNCTION thinking_only_a_sealed_build_is_answered();

CREATE FUNCTION thinking_reply_never_changes() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'reply_never_changes'
        USING ERRCODE = 'integrity_constraint_violation',
              HINT = 'Set the run aside and start another one.';
END $$;

CREATE TRIGGER reply_never_changes
BEFORE UPDATE OR DELETE ON thinking_reply
FOR EACH ROW EXECUTE FUNCTION thinking_reply_never_changes();

-- Who answered what, and how: otherwise the replies would be others than they say.
CREATE TRIGGER run_is_what_was_asked
BEFORE UPDATE OF build_id, source_id, mode, view, rotations, wording, seed, entry,
    file_sha256
ON thinking_answerrun
FOR EACH ROW
WHEN ((OLD.build_id, OLD.source_id, OLD.mode, OLD.view, OLD.rotations, OLD.wording,
       OLD.seed, OLD.entry, OLD.file_sha256)
      IS DISTINCT FROM
      (NEW.build_id, NEW.source_id, NEW.mode, NEW.view, NEW.rotations, NEW.wording,
       NEW.seed, NEW.entry, NEW.file_sha256))
EXECUTE FUNCTION thinking_reply_never_changes();

CREATE FUNCTION thinking_reply_fits_its_run() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM touched
        JOIN thinking_answerrun r ON r.id = touched.run_id
        JOIN thinking_item i ON i.id = touched.item_id
        WHERE i.build_id <> r.build_id
           OR touched.rotation >= r.rotations
           OR (r.mode = 'likelihood') <> (touched.probabilities IS NOT NULL)
           OR (r.mode = 'texts') <> (touched.likelihoods IS NOT NULL)
           OR array_length(touched.likelihoods, 1) <> cardinality(i.options)
           OR cardinality(touched.probabilities) <> cardinality(i.options)
           OR touched.place >= cardinality(i.options)
    ) THEN
        RAISE EXCEPTION 'reply_fits_its_run'
            USING ERRCODE = 'integrity_constraint_violation',
                  HINT = 'Its item is of another build, or it was asked otherwise.';
    END IF;
    RETURN NULL;
END $$;

-- Once a statement: a run has many thousands of replies.
CREATE TRIGGER reply_fits_its_run
AFTER INSERT ON thinking_reply
REFERENCING NEW TABLE AS touched
FOR EACH STATEMENT EXECUTE FUNCTION thinking_reply_fits_its_run();
"""
REVERSE = """
DROP TRIGGER reply_fits_its_run ON thinking_reply;
DROP FUNCTION thinking_reply_fits_its_run;
DROP TRIGGER run_is_what_was_asked ON thinking_answerrun;
DROP TRIGGER reply_never_changes ON thinking_reply;
DROP FUNCTION thinking_reply_never_changes;
DROP TRIGGER only_a_sealed_build_is_answered ON thinking_answerrun;
DROP FUNCTION thinking_only_a_sealed_build_is_answered;
DROP TRIGGER sealed_build_keeps_its_items_delete ON thinking_item;
DROP TRIGGER sealed_build_keeps_its_items_insert ON thinking_item;
DROP FUNCTION thinking_sealed_build_keeps_its_items;
DROP TRIGGER item_never_changes ON thinking_item;
DROP TRIGGER build_is_what_was_built ON thinking_build;
DROP FUNCTION thinking_build_is_what_was_built;
DROP TRIGGER sealed_build_never_changes ON thinking_build;
DROP FUNCTION thinking_sealed_build_never_changes;
"""


class Migration(migrations.Migration):
    dependencies = [("thinking", "0001_initial")]

    operations = [migrations.RunSQL(SQL, REVERSE)]

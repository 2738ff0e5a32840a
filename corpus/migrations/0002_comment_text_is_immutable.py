"""A comment's text never changes: batches and judgments refer to it."""

from django.db import migrations

SQL = """
CREATE FUNCTION corpus_comment_text_is_immutable() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'comment_text_is_immutable'
        USING ERRCODE = 'integrity_constraint_violation',
              HINT = 'Add a new comment instead.';
END $$;

CREATE TRIGGER comment_text_is_immutable
BEFORE UPDATE OF text, text_received, fingerprint, video_id, source_id
ON corpus_comment
FOR EACH ROW
WHEN ((OLD.text, OLD.text_received, OLD.fingerprint, OLD.video_id, OLD.source_id)
      IS DISTINCT FROM
      (NEW.text, NEW.text_received, NEW.fingerprint, NEW.video_id, NEW.source_id))
EXECUTE FUNCTION corpus_comment_text_is_immutable();
"""


class Migration(migrations.Migration):
    dependencies = [("corpus", "0001_initial")]

    operations = [
        migrations.RunSQL(
            SQL,
            "DROP TRIGGER comment_text_is_immutable ON corpus_comment;"
            "DROP FUNCTION corpus_comment_text_is_immutable;",
        ),
    ]

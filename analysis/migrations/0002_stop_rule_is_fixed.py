"""A stop rule never changes once its study is sealed, kept by the database itself."""

from django.db import migrations

FIXED = """
CREATE FUNCTION analysis_stop_rule_is_fixed_with_the_seal() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM annotation_study
        WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.study_id ELSE NEW.study_id END
          AND sealed_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'stop_rule_is_fixed_with_the_seal'
            USING ERRCODE = 'integrity_constraint_violation',
                  HINT = 'Set a stop rule while the study is a draft.';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER stop_rule_is_fixed_with_the_seal
BEFORE INSERT OR DELETE OR UPDATE OF study_id, half_width, set_at
ON analysis_studystoprule
FOR EACH ROW EXECUTE FUNCTION analysis_stop_rule_is_fixed_with_the_seal();
"""
LOOSE = """
DROP TRIGGER stop_rule_is_fixed_with_the_seal ON analysis_studystoprule;
DROP FUNCTION analysis_stop_rule_is_fixed_with_the_seal();
"""


class Migration(migrations.Migration):
    dependencies = [("analysis", "0001_initial")]

    operations = [migrations.RunSQL(FIXED, LOOSE)]

"""What is fixed before a study begins, kept by the database itself.

- A stop rule never changes once its study is sealed.
- A preregistration is made before the study opens, and never changes.
"""

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
REGISTERED = """
CREATE FUNCTION analysis_preregistration_comes_first() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM annotation_study
        WHERE id = NEW.study_id AND opened_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'preregistration_comes_first'
            USING ERRCODE = 'integrity_constraint_violation',
                  HINT = 'Register a study before it is opened.';
    END IF;
    IF NEW.sha256 <> encode(sha256(convert_to(NEW.text, 'UTF8')), 'hex') THEN
        RAISE EXCEPTION 'preregistration_has_its_digest'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER preregistration_comes_first
BEFORE INSERT ON analysis_preregistration
FOR EACH ROW EXECUTE FUNCTION analysis_preregistration_comes_first();

CREATE FUNCTION analysis_preregistration_never_changes() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    -- A draft can be deleted with all that it holds.
    IF TG_OP = 'DELETE' AND NOT EXISTS (
        SELECT FROM annotation_study
        WHERE id = OLD.study_id AND sealed_at IS NOT NULL
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'preregistration_never_changes'
        USING ERRCODE = 'integrity_constraint_violation',
              HINT = 'Copy the study to register another plan.';
END $$;

CREATE TRIGGER preregistration_never_changes
BEFORE DELETE OR UPDATE OF study_id, plan, text, sha256, registered_at
ON analysis_preregistration
FOR EACH ROW EXECUTE FUNCTION analysis_preregistration_never_changes();
"""
LOOSE = """
DROP TRIGGER stop_rule_is_fixed_with_the_seal ON analysis_studystoprule;
DROP FUNCTION analysis_stop_rule_is_fixed_with_the_seal();
"""
UNREGISTERED = """
DROP TRIGGER preregistration_comes_first ON analysis_preregistration;
DROP FUNCTION analysis_preregistration_comes_first();
DROP TRIGGER preregistration_never_changes ON analysis_preregistration;
DROP FUNCTION analysis_preregistration_never_changes();
"""


class Migration(migrations.Migration):
    dependencies = [("analysis", "0001_initial")]

    operations = [
        migrations.RunSQL(FIXED, LOOSE),
        migrations.RunSQL(REGISTERED, UNREGISTERED),
    ]

"""Who comes into a study, is in it and leaves."""

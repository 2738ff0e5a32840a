"""The statistics: arrays in, numbers out. No Django, no files, no pages."""

"""Admins' pages of generation rounds."""

"""Writes of generation rounds."""

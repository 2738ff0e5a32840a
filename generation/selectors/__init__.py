"""Reads of generation rounds."""

"""Writes: builds are made and sealed, replies imported, models asked."""

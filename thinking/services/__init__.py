"""Writes: builds are made and sealed."""

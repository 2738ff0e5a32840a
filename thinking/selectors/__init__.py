"""Reads of builds, runs and replies."""

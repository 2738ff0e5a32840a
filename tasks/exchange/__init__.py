"""Builds for other harnesses, and their result files as replies."""

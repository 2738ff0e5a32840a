"""Answers to builds of MMLA: from bundles to tables."""

"""The long table of judgments, read into typed arrays. No Django."""

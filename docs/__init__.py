"""The guides, and the script that makes their pictures."""

"""Keeping an installation alive: backups and restores."""

"""Backups: a folder with the database, the media files and a manifest of hashes."""

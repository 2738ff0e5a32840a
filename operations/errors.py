"""What can go wrong, in words for the person who runs the installation."""


class BackupError(Exception):
    """A backup could not be made, is not whole, or may not be restored here."""

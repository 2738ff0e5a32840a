"""The commands of `python -m analysis`. No Django."""

"""The thinking tasks: item builds, their pages and commands."""

"""Pages of judges that take a model."""

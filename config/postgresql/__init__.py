"""PostgreSQL by Django's own backend, with a cheaper look at pooled sessions."""

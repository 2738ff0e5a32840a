"""One machine, no installation: our own PostgreSQL, broker, web server and worker."""

"""What Prometheus reads; nothing of it unless METRICS_TOKEN is set."""

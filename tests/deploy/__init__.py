"""What a server runs beside the application."""

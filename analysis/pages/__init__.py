"""What the pages show, laid out for their templates; forms and filters."""

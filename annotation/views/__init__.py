"""Pages of the annotation package: HTTP in, HTTP out."""

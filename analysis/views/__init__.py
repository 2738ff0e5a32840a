"""Pages and files of the analysis: HTTP in, HTTP out."""

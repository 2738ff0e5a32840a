"""What the pages of every app share: tags, error pages, redirects."""

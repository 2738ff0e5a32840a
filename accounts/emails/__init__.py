"""A person's e-mail address: written down first, theirs once they confirmed it."""

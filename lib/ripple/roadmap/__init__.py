"""The nouns: what a person planned, and how it is read."""

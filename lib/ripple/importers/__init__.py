"""Other people's exports to a roadmap folder, with a report of all that was read, assumed and left out."""

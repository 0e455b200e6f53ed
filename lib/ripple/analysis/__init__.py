"""Many worlds, compared and explained."""

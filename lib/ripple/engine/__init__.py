"""One world, simulated."""

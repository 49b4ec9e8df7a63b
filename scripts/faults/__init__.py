"""make faults: the site killed, starved and cut off at random moments, and what is left of it."""

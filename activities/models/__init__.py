"""What agencies did, as ordinary rows that keep who edited what."""

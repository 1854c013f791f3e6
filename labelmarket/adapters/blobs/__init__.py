"""Files named by what they hold."""

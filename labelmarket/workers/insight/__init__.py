"""What label columns tell about themselves: columns in, sums and a report out, no file touched."""

"""What clients may ask to change: one file for each kind of thing."""

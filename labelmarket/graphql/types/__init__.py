"""What the API shows: one file for each kind of thing."""

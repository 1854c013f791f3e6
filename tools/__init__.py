"""What ./dev does, in plain modules that need nothing installed."""

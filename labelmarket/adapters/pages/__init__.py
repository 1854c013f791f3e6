"""Pages for people: pure functions that give one HTML file, which asks nobody for anything."""

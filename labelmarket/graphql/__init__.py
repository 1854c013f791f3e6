"""The API that clients see."""

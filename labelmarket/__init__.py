"""A self-hosted marketplace for data labeling."""

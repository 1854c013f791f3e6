"""The sections of a report's page, each from its own part of the report."""

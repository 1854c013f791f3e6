"""Label files of the field, read and written."""

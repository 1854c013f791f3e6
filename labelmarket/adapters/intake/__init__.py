"""Uploads of any format, taken as the items and the labels of a project."""

"""Names of classes that known data sets use, and what a customer may have meant by another one."""

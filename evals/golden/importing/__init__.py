"""Golden sets out of other people's files: one module a format, rows in the form of our items."""

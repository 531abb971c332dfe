"""The registry: ask it, read its records, name its terms."""

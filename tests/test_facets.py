"""Sorting: what the language of records does to the words of a vocabulary."""

"""Everything joined, as values that only need rendering."""

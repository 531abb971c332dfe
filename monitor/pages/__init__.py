"""HTML, and the data of its scripts."""

"""Two records -> what changed, and in words."""

"""What is kept in data/: snapshots and the change log."""

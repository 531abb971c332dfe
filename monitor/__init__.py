"""A monitor of trials: registry, snapshot, compare, changelog, catalog, pages and feeds."""

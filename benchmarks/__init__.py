"""How long things take, and how much memory: see docs/PERFORMANCE.md. Never part of the tests."""

"""Monitors clinical trials: `update` records what changes, `website` publishes it."""

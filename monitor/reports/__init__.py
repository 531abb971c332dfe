"""Text for GitHub."""

"""Descriptions held against records."""

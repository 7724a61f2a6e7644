"""Campaigns: searches that run for hours with nobody there, and what they keep."""

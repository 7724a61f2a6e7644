"""The version, in its one place: the build and every witness read it here."""

__version__ = "0.1.0"

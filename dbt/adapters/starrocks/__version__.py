"""The only place where the version is written."""

version = "2.0.0a1"

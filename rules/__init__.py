"""Classified-marking rules: TOML rule files and the tables they cite; no code."""

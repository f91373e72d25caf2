"""The version, once: pyproject.toml reads it here, and so does the handbook's colophon."""

VERSION = "0.1.0"

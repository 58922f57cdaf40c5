"""The command line. Tables go to stdout, messages (German) and progress to stderr."""

from zwk_data.cli.app import app, main

__all__ = ["app", "main"]

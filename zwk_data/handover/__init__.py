"""Handing a municipality over: all it has written as one file, and that file into another store, nothing lost."""

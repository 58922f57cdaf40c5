"""Slides in the user interface: the deck one is working on, building it, checking an older one."""

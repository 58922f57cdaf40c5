"""Workshops: groups with their questions, what they said and voted, and how it becomes ideas of the plan."""

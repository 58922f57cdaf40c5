"""Group work in the user interface: groups and their questions, what they said, carrying over into the plan."""

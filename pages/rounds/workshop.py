"""Workshop: a proposed deck for place and question, its check against newer figures, papers, results of groups."""

from ui import workshop

workshop.page()

"""Möglichkeiten: the plan as a toolbox; what exists and what to strive for, who says what, what is recommended."""

from ui import options

options.page()

"""Exhibits of scenarios: what follows if the assumptions hold, how sure that is, and who already lives here."""

from zwk_data.exhibits.outlook import outlook_line

__all__ = ["outlook_line"]

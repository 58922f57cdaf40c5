"""Exhibits of scenarios: what follows if the assumptions hold, how sure that is, and who already lives here."""

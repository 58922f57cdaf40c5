"""Eigene Daten: what the town has released itself, and the way to upload, release and remove it."""

from ui import own_data

own_data.heading()
own_data.stored_tables()
own_data.work()

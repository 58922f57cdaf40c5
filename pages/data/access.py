"""Zugang: what I may here; for admins the roles of the place in view, sessions and guest links."""

from ui import guests, people

people.heading()
people.mine()
people.manage()
guests.manage()

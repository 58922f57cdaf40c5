"""Freigabe: what a guest link was made for, and nothing else."""

from ui import guests

guests.shared()

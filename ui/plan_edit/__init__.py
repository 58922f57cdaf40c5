"""Editing the Werkstattplan: forms with drafts, a table, two versions side by side, publishing."""

from ui.plan_edit.work import edit, new_recommendation

__all__ = ["edit", "new_recommendation"]

"""What the person of this run may do at the place in view."""

from ui.signed_in import person
from ui.view import view


def may(action: str) -> bool:
    """Tell whether the person of this run may do something (see ``zwk_data.access.ACTIONS``) for the place in view.

    Raises:
        KeyError: there is no such action.
    """
    return person().may(action, view().place.ags)

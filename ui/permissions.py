"""Who may do what: until somebody can sign in, what everyone may who reaches this server.

``ZWK_EVERYONE_MAY`` lists actions, separated by commas; nothing is allowed without it. ``make run`` sets it, because
that server listens on this machine only.
"""

import os

ACTIONS = ("refresh", "own_data", "scenarios")


def may(action: str) -> bool:
    """Tell whether the reader may do something.

    Raises:
        KeyError: there is no such action.
    """
    if action not in ACTIONS:
        raise KeyError(action)
    return action in {word.strip() for word in os.environ.get("ZWK_EVERYONE_MAY", "").split(",")}

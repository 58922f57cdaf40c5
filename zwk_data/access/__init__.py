"""Who may do what, where: roles per municipality, asked by the services at every read of internal and every write.

Nothing is allowed that is not written down here. The user interface hides what is not allowed; it is refused below it.
"""

from zwk_data.access.people import (
    ACTIONS,
    EVERYWHERE,
    LOCAL,
    NOBODY,
    ROLES,
    Denied,
    Person,
    Role,
    require,
)

__all__ = ["ACTIONS", "EVERYWHERE", "LOCAL", "NOBODY", "ROLES", "Denied", "Person", "Role", "require"]

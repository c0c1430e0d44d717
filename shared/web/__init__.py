"""The frame of pages that people look at: templates, sessions and what keeps them safe."""

from shared.web.access import Person, Role
from shared.web.origin import same_origin
from shared.web.pages import Pages
from shared.web.sessions import Sessions

__all__ = ["Pages", "Person", "Role", "Sessions", "same_origin"]

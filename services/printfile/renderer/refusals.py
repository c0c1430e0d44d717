"""Why something cannot be drawn, and the version of how things are drawn."""

RENDERER = "3"
"""Changes when the same template, answers and pictures may give other bytes than before."""


class Unusable(Exception):
    """The picture cannot be printed; the message tells the shopper what to send instead."""


class CannotRender(Exception):
    """The template asks for something that cannot be drawn; the reason is for its designer."""

"""Catalog is asked to publish products, and owns them with their templates, artwork and SKUs.

Hears nothing. Says ProductPublished and ProductChanged, each with the whole product, so that every
other service keeps the copy that it needs.
"""

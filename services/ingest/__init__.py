"""Ingest hears the storefront.

It is told of orders by signed webhooks, says OrderReceived, OrderChanged and OrderCancelled, and
owns every delivery as it came and what each order looked like when it was last heard of. Of those
that it could not read it says FailureFound and FailureEnded; it hears what a person wants done.
"""

"""Fulfillment is the only one that talks to Completeful.

It hears OrderApproved, OrderCancelled, OrderWithdrawn, ProductPublished and ProductChanged, is told
of news by Completeful's signed webhooks, says FulfillmentStarted, FulfillmentRefused,
FulfillmentCancelled and Shipped, and owns every placement, what became of it at the provider, and
its packages.
"""

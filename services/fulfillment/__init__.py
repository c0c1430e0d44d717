"""Fulfillment is the only one that talks to Completeful.

It hears OrderApproved, OrderCancelled, OrderWithdrawn, ProductPublished and ProductChanged, is told
of news by Completeful's signed webhooks, says FulfillmentStarted, FulfillmentRefused,
FulfillmentCancelled, Shipped and ChargeRecorded, and owns every placement, what became of it at the
provider, its packages, and the append-only ledger of charges.
"""

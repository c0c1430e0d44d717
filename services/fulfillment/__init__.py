"""Fulfillment is the only one that talks to Completeful.

It hears OrderApproved, OrderCancelled, OrderWithdrawn, ProductPublished and ProductChanged (for
quotes also OrderReceived, OrderChanged, ReprintOrdered, AddressCorrected and PrintFileReady; at
PrintFilesDeleted it forgets the shopper), is told of news by Completeful's signed webhooks, says
OrderQuoted, QuoteRefused, FulfillmentDelayed, FulfillmentStarted, FulfillmentRefused,
FulfillmentCancelled, Shipped, TrackingCorrected and ChargeRecorded, while the provider cannot be
asked FailureFound and then FailureEnded, and owns every quote, every placement, what became of it
at the provider, its packages, and the append-only ledger of charges.
"""

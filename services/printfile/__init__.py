"""Printfile makes the unique print files of every line item.

It hears OrderReceived, OrderChanged, ReprintOrdered, OrderCancelled, OrderWithdrawn,
PrintFileRequested, Shipped, FulfillmentCancelled, ProductPublished and ProductChanged, says
PrintFileReady, PrintFileFailed, PrintFilesDeleted and which deletions keep failing, and owns the
lines to be printed, a copy of the catalog's templates, our copies of shoppers' photos, and the
finished files.
"""

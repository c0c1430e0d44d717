"""Notifier is the only one that writes to the storefront.

It hears Shipped, TrackingCorrected, ReprintOrdered and StorefrontUpdateRequested, says
StorefrontUpdated and StorefrontRefused, and owns every package that the store has to be told of,
and what the store answered.
"""

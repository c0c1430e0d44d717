"""Approval: a person sees every order, and nothing is made before that person has said yes.

Hears the whole life of an order and keeps it as one picture; says OrderApproved, and on a
person's wish AddressCorrected, OrderWithdrawn, ReprintOrdered, PrintFileRequested,
StorefrontUpdateRequested and ReplayRequested; by a merchant's rule it says ApprovalOverdue.
Owns the reviews of orders, every approval that was ever given, and the timeline.
"""

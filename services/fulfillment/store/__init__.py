"""Every SQL statement of fulfillment, by what it is about."""

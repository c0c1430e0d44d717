"""The tables that every service has: inbox, outbox and dead letters."""

"""The demo: the whole system and a sandbox of the outside world, with orders flowing."""

"""To be told by the service itself."""

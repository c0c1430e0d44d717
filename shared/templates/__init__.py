"""The template document: what catalog publishes and printfile draws, checked by one model."""

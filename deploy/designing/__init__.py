"""A designer's template on the designer's own machine: read, checked and drawn as an order is."""

"""The rules of fulfillment, with no input and no output."""

"""The rules of catalog: what a product is, and when it is a different one."""

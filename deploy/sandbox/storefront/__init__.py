"""Shopify's side of the sandbox: a store whose shoppers order by command.

It speaks what a store speaks: signed webhooks (`webhooks.py`) and the Admin GraphQL API
(`admin.py`, `schema.graphql`). What is not Shopify's is under `/sandbox` (`control.py`), and the
shoppers' photos are under `/photos`.
"""

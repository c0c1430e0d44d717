"""Completeful's side of the sandbox: it takes orders, prints nothing, and ships them all the same.

It keeps to the published Partner API (OpenAPI 0.1.0): orders that are replayed by their external
id, idempotency keys, dry-run keys, signed webhooks, the cancel window. Print files are downloaded
and checked before an order is taken (`print_files.py`). What is not Completeful's is under
`/sandbox` (`control.py`). The base products stand in `catalog.json`, with ids that never change.
Where nothing is published (values of statuses, `tracking[]`, the data of webhooks) it guesses.
"""

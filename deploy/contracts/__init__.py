"""The written contracts, made from the code: event schemas, AsyncAPI and OpenAPI.

`python -m deploy.contracts` writes them anew; tests compare them with what is checked in.
"""

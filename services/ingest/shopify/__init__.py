"""Shopify's webhooks: who signed them, and what they say."""

from services.ingest.shopify.reading import read
from services.ingest.shopify.signature import is_signed

__all__ = ["is_signed", "read"]

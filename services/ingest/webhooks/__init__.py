"""The door for Shopify's webhooks, and how what came through it is recorded."""

from services.ingest.webhooks.door import ShopifyWebhooks

__all__ = ["ShopifyWebhooks"]

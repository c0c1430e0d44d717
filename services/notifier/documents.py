"""What we say to Shopify's Admin API; a test holds each against the published schema."""

READ_ORDER = """
query ReadOrder($id: ID!, $after: String) {
  order(id: $id) {
    id
    fulfillmentOrders(first: 10, after: $after) {
      nodes {
        id
        status
        supportedActions { action }
        assignedLocation { name }
        lineItems(first: 100) {
          nodes { id remainingQuantity lineItem { id } }
          pageInfo { hasNextPage }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
    fulfillments(first: 50) {
      id
      status
      trackingInfo(first: 10) { number }
      fulfillmentLineItems(first: 100) { nodes { quantity lineItem { id } } }
    }
  }
}
"""

CREATE_FULFILLMENT = """
mutation CreateFulfillment($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) {
    fulfillment { id status }
    userErrors { field message }
  }
}
"""

DOCUMENTS = (READ_ORDER, CREATE_FULFILLMENT)

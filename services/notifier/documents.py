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
      trackingInfo(first: 10) { number url company }
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

UPDATE_TRACKING = """
mutation UpdateTracking($id: ID!, $tracking: FulfillmentTrackingInput!, $notify: Boolean) {
  fulfillmentTrackingInfoUpdate(
    fulfillmentId: $id, trackingInfoInput: $tracking, notifyCustomer: $notify
  ) {
    fulfillment { id status }
    userErrors { field message }
  }
}
"""

DOCUMENTS = (READ_ORDER, CREATE_FULFILLMENT, UPDATE_TRACKING)

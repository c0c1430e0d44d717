"""What ingest asks Shopify's Admin API; a test holds each against the published schema."""

LINE = """
fragment Line on LineItem {
  id
  title
  variantTitle
  sku
  quantity
  currentQuantity
  requiresShipping
  customAttributes { key value }
  originalUnitPriceSet { shopMoney { amount } }
  product { legacyResourceId }
  variant { legacyResourceId }
}
"""

READ_CHANGED = (
    """
query ReadChanged($query: String!, $first: Int!, $lines: Int!, $after: String) {
  orders(query: $query, sortKey: UPDATED_AT, first: $first, after: $after) {
    nodes {
      legacyResourceId
      name
      email
      phone
      test
      createdAt
      updatedAt
      cancelledAt
      cancelReason
      currencyCode
      displayFinancialStatus
      displayFulfillmentStatus
      totalPriceSet { shopMoney { amount } }
      currentTotalPriceSet { shopMoney { amount } }
      customer {
        firstName
        lastName
        defaultEmailAddress { emailAddress }
        defaultPhoneNumber { phoneNumber }
      }
      shippingAddress {
        name
        firstName
        lastName
        company
        address1
        address2
        city
        province
        provinceCode
        zip
        countryCodeV2
        phone
      }
      lineItems(first: $lines) {
        nodes { ...Line }
        pageInfo { hasNextPage endCursor }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""
    + LINE
)

READ_LINES = (
    """
query ReadLines($id: ID!, $first: Int!, $after: String) {
  order(id: $id) {
    lineItems(first: $first, after: $after) {
      nodes { ...Line }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
    + LINE
)

DOCUMENTS = (READ_CHANGED, READ_LINES)

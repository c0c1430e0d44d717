-- What is kept of the provider's answers and for quotes says nothing of the shopper any more, and
-- an order that is placed or cancelled is quoted no more.
UPDATE provider_order
SET raw = raw - ARRAY['shipping_address', 'billing_address', 'customer', 'email', 'phone']
WHERE raw IS NOT NULL;

UPDATE quote
SET address = address || '{"name": "", "company": "", "phone": ""}'
WHERE address IS NOT NULL;

DELETE FROM quote
USING placement
WHERE placement.order_id = quote.order_id AND placement.status = 'cancelled';

-- What the rules have looked at stands beside the order.
DROP TABLE judged;

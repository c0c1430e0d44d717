"""Chaos: the whole system on real parts, broken on purpose by a seeded schedule, then judged."""

"""Benchmarks: figures as ratios to a floor measured in the same run, and CPU per unit of work."""

"""Benchmarks: run by hand, never by pytest, because a time is not a fact that a test may depend on."""

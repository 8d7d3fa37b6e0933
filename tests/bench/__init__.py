"""Benchmarks: run by hand, because a time is not a fact that a test may depend on.

`suite` compares steps with other frameworks, `streaming` measures what watching costs, `bench_import`
imports, `bench_accuracy` what is learned. Tests only look whether the suite runs.
"""

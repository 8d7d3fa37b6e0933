"""The compiler: typed programs, their gradients, passes over them, and backends that run them.

Nothing is imported here: `wiregrad.engine.blas` has to be importable before NumPy is.
"""

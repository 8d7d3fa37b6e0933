"""The reference backend: NumPy on the processor."""

from wiregrad.engine.backends.numpy.backend import NumpyBackend

BACKEND = NumpyBackend

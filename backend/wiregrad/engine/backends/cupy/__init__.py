"""The backend for NVIDIA graphics processors, with CuPy (the extra `cuda`)."""

from wiregrad.engine.backends.cupy.backend import CupyBackend

BACKEND = CupyBackend

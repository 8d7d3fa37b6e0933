"""Runs programs on any module of arrays that works like NumPy, on memory of its device.

It names no `BACKEND` of its own: a backend gives it a device. The tests give it NumPy, so that all but the
few kernels that are written for one device is tested on every machine.
"""

from wiregrad.engine.backends.array_module.device import Device as Device
from wiregrad.engine.backends.array_module.device import Host as Host
from wiregrad.engine.backends.array_module.executable import ArrayModuleExecutable as ArrayModuleExecutable

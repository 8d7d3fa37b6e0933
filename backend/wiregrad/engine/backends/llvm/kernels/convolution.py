"""2-D convolutions over NHWC and the gradients of their inputs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.backends.llvm.kernels.geometry import backward, forward
from wiregrad.engine.backends.llvm.kernels.sweep import Sweep
from wiregrad.engine.backends.llvm.kernels.tail import Tail
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.ir import DType, Shape
from wiregrad.engine.ops.window import Window

Strides = tuple[int, int, int, int]


class _Swept(ABC):
    """What is a sweep over images, by another name."""

    @property
    @abstractmethod
    def _sweep(self) -> Sweep: ...

    @property
    def extent(self) -> int:
        return self._sweep.extent

    @property
    def scratch_bytes(self) -> int:
        return self._sweep.scratch_bytes

    @property
    def flops(self) -> int:
        return self._sweep.flops

    def emit(
        self, code: Code, pointers: Sequence[Emitted], begin: Emitted, end: Emitted, scratch: Emitted
    ) -> None:
        self._sweep.emit(code, pointers, begin, end, scratch)


@dataclass(frozen=True)
class Convolution(_Swept):
    """x NHWC by w HWIO, of any element strides. Pointers: x, w, loads, results."""

    dtype: DType
    x_shape: Shape
    y_shape: Shape
    window: Window
    groups: int
    x_strides: Strides
    w_strides: Strides
    tail: Tail
    target: Target
    is_paired: bool = False
    """Whether both operands hold bfloat16, to be multiplied in pairs along the channels."""
    name = "convolution"

    @cached_property
    def _sweep(self) -> Sweep:
        images, height, width, channels = self.x_shape
        _, rows, columns, filters = self.y_shape
        made = filters // self.groups
        return Sweep(
            self.dtype,
            images,
            (forward(self.window, 0, height, rows), forward(self.window, 1, width, columns)),
            (rows, columns),
            self.groups,
            channels // self.groups,
            made,
            self.x_strides,
            (*self.w_strides, made * self.w_strides[3]),
            self.tail,
            self.target,
            self.is_paired,
        )


@dataclass(frozen=True)
class InputGradient(_Swept):
    """The gradient of a convolution for its input of NHWC `shape`. Pointers: g, w, loads, results.

    The tail's rows are pixels of the input, its columns channels.
    """

    dtype: DType
    shape: Shape
    g_shape: Shape
    window: Window
    groups: int
    g_strides: Strides
    w_strides: Strides
    tail: Tail
    target: Target
    is_paired: bool = False
    """Whether both operands hold bfloat16, to be multiplied in pairs along the channels."""
    name = "input gradient"

    @cached_property
    def _sweep(self) -> Sweep:
        images, height, width, channels = self.shape
        _, rows, columns, filters = self.g_shape
        read = filters // self.groups
        down, across, channel, filter_ = self.w_strides
        return Sweep(
            self.dtype,
            images,
            (backward(self.window, 0, height, rows), backward(self.window, 1, width, columns)),
            (height, width),
            self.groups,
            read,
            channels // self.groups,
            self.g_strides,
            (down, across, filter_, channel, read * filter_),
            self.tail,
            self.target,
            self.is_paired,
        )

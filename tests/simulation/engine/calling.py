"""Kernels that only kernels call, called from Python."""

from typing import Any

from numba import jit


def called(kernel: Any) -> Any:
    """The same code under the same options, with the wrapper that the engine goes without."""
    return jit(**{**kernel.targetoptions, "no_cpython_wrapper": False})(kernel.py_func)

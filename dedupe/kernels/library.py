"""The compiled kernels: loaded once, when an input repays it, and told what their arguments are.

A function that is called through `ctypes` lets other threads run meanwhile. Arrays are handed over as addresses; their
dtypes and sizes are the business of the callers in this package, which make them.
"""

from __future__ import annotations

import ctypes
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.generic]

PATH = Path(__file__).parent / "native" / "kernels.so"
VERSION = 27
"""What `dedupe_version` must answer: an old library may lie beside new Python after an update in place."""

NO_MEMORY = -2


@cache
def library() -> ctypes.CDLL | None:
    """Return the compiled kernels, None where they were not compiled or are not those of this version."""
    try:
        loaded = ctypes.CDLL(str(PATH))
        version = loaded.dedupe_version
    except (OSError, AttributeError):
        return None
    version.restype = ctypes.c_int64
    if version() != VERSION:
        return None
    return loaded


def call(name: str, *arguments: Any) -> int:
    """Call a kernel; arrays become their addresses, bytes too, None becomes a null pointer.

    An array is writable and in one piece; integers are passed in 64 bits, others as `ctypes` values. Raises
    MemoryError when the kernel could not get memory.
    """
    answer: int = _function(name)(*[_address(each) for each in arguments])
    if answer == NO_MEMORY:
        raise MemoryError
    return answer


def call_briefly(name: str, *arguments: Any) -> int:
    """Call a kernel that takes microseconds, as `call` does, but keep the interpreter's lock.

    To get the lock back from another thread can take longer than such a kernel.
    """
    answer: int = _brief_function(name)(*[_address(each) for each in arguments])
    if answer == NO_MEMORY:
        raise MemoryError
    return answer


def address_of(name: str, *arguments: Any) -> ctypes.c_void_p:
    """Call a kernel that makes something and return where it lies; raises MemoryError when it could not."""
    function = _function(name)
    function.restype = ctypes.c_void_p
    place = function(*[_address(each) for each in arguments])
    if not place:
        raise MemoryError
    return ctypes.c_void_p(place)


@cache
def _function(name: str) -> Any:
    loaded = library()
    if loaded is None:
        raise RuntimeError("the kernels are not compiled")
    function = getattr(loaded, name)
    function.restype = ctypes.c_int64
    return function


@cache
def _brief_function(name: str) -> Any:
    function = getattr(ctypes.PyDLL(str(PATH)), name)
    function.restype = ctypes.c_int64
    return function


_PASSED_ON = frozenset(
    (
        bytes,
        ctypes.c_int32,
        ctypes.c_double,
        ctypes.c_void_p,
        type(None),
        type(ctypes.byref(ctypes.c_int32())),
    )
)


def _address(argument: Any) -> Any:
    kind = type(argument)
    if kind is int:
        return ctypes.c_int64(argument)
    if kind in _PASSED_ON:
        return argument
    try:
        # The quickest way to where a numpy array lies; it refuses one that is not in one piece.
        return ctypes.byref(ctypes.c_char.from_buffer(argument))
    except ValueError:
        if argument.size:
            raise
        return None

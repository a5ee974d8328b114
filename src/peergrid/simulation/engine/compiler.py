"""How kernels are compiled, and where their machine code is kept."""

import os
from hashlib import blake2b
from pathlib import Path
from typing import Any, Protocol

from numba import config, njit

from peergrid.settings import read_cache_dir

DIGEST_BYTES = 8


def source_digest() -> str:
    """A name for this folder's source as it is."""
    told = blake2b(digest_size=DIGEST_BYTES)
    for file in sorted(Path(__file__).parent.glob("*.py")):
        told.update(file.name.encode() + b"\n" + file.read_bytes())
    return told.hexdigest()


# Numba keeps machine code by the file of the function alone: it would run the old code of a
# function whose callee changed in another file. So each state of the source has a folder of its
# own, in the cache, where a package that cannot be written to is no hindrance either.
settings: Any = config  # Numba fills it from the environment, which no type says
if not settings.CACHE_DIR:
    settings.CACHE_DIR = str(read_cache_dir(os.environ) / "kernels" / source_digest())


class Kernel(Protocol):
    """What a function is decorated with; its type stays as written."""

    def __call__[F](self, body: F, /) -> F: ...


def _kernel(**options: Any) -> Kernel:
    compiled: Kernel = njit(nogil=True, error_model="numpy", **options)
    return compiled


# Python calls the entrances alone; to wrap the others for it, and keep each by itself, would take
# time at the first run. Called from Python all the same, they crash it.
INSIDE = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
entrance = _kernel(cache=True, no_cfunc_wrapper=True)
compiled = _kernel(**INSIDE)
inlined = _kernel(**INSIDE, forceinline=True)
# For sums of whole numbers below 2**53: exact, so their order may be left to the compiler.
summing = _kernel(**INSIDE, fastmath={"reassoc"})

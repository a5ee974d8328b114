"""How kernels are compiled, and where their machine code is kept."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any, Protocol, Self

from numba import config, njit, types
from numba.core.cgutils import ir
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.np import arrayobj

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


class Part(JITCodeLibrary):
    """The code of a kernel that only kernels call.

    Numba would optimise it and translate it to machine code of its own, that nobody runs, and
    again within every kernel above it: more than half of what a first run took. Here it is
    handed up as it is, and optimised with the entrance that it becomes a part of.
    """

    @property
    def codegen(self) -> Self:
        """Who is asked to ``set_env``."""
        return self

    def set_env(self, name: str, environment: object) -> None:
        """Nothing to set: Python's objects are for code that Python calls."""

    def _optimize_final_module(self) -> None:
        """Leave it to the entrance."""

    def _finalize_final_module(self) -> None:
        """Make no machine code."""
        self._finalized = True


@contextmanager
def no_index_from_the_end() -> Iterator[None]:
    """Within it Numba compiles ``a[i]`` as C does, if ``i`` is no constant.

    Otherwise each index is compared with 0 and moved if it is below. Where LLVM cannot tell that
    it never is, as with ``row + place``, neighbours in memory are no neighbours to it any more:
    it gathered and scattered them one by one. Numba compiles on one thread at a time.
    """
    fix = arrayobj.fix_integer_index

    def fix_constants(
        context: Any, builder: Any, kind: Any, index: ir.Value, size: ir.Value
    ) -> ir.Value:
        if isinstance(index, ir.Constant) or not kind.signed:
            return fix(context, builder, kind, index, size)
        return context.cast(builder, index, kind, types.intp)

    arrayobj.fix_integer_index = fix_constants
    try:
        yield
    finally:
        arrayobj.fix_integer_index = fix


class EntranceCompiler(Compiler):
    """Compiles as ever, but for indices."""

    def compile_extra(self, func: object) -> Any:
        with no_index_from_the_end():
            return super().compile_extra(func)


class PartCompiler(EntranceCompiler):
    """The same, into a ``Part``."""

    def define_pipelines(self) -> list[Any]:
        state = self.state
        state.library = Part(state.targetctx.codegen(), state.func_id.func_qualname)
        pipelines: list[Any] = super().define_pipelines()
        return pipelines


def _kernel(**options: Any) -> Kernel:
    compiled: Kernel = njit(nogil=True, error_model="numpy", **options)
    return compiled


# Python calls the entrances alone; the others have no wrapper for it. Called from Python all the
# same, they crash it. Only those that make arrays count references to them (_nrt).
INSIDE = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "pipeline_class": PartCompiler}
entrance = _kernel(cache=True, no_cfunc_wrapper=True, pipeline_class=EntranceCompiler)
making = _kernel(**INSIDE, forceinline=True)
INSIDE["_nrt"] = False
compiled = _kernel(**INSIDE)
inlined = _kernel(**INSIDE, forceinline=True)
# For sums of whole numbers below 2**53: exact, so their order may be left to the compiler.
summing = _kernel(**INSIDE, fastmath={"reassoc"})
# The same for those with so many columns that to hand them over takes longer than many a loop.
summing_inlined = _kernel(**INSIDE, fastmath={"reassoc"}, forceinline=True)

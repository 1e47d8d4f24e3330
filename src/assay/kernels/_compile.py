"""How kernels are compiled: one decorator, and one intrinsic that numba lacks."""

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

# numpy's error model: a division by zero gives inf instead of a Python exception, so loops
# vectorise.  nogil: callers may run kernels in threads.
kernel = njit(cache=True, nogil=True, boundscheck=False, error_model="numpy")


@intrinsic
def trailing_zeros(typing_context, word):  # noqa: ARG001 - numba's calling convention
    """Count trailing zero bits of a non-zero uint64 in one instruction."""
    signature = types.uint64(types.uint64)

    def generate(context, builder, signature, arguments):  # noqa: ARG001
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return signature, generate

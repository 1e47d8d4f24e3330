"""How kernels are compiled: one decorator, and the few instructions that numba lacks."""

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

# numpy's error model: a division by zero gives inf instead of a Python exception, so loops
# vectorise.  nogil: callers may run kernels in threads.
_OPTIONS = {"nogil": True, "boundscheck": False, "error_model": "numpy"}


def kernel(function):
    """Compile a function at its first call, or load its machine code from the cache.

    The cache lies beside the source, or in the user's cache folder where that cannot be written.
    Where neither can, as in a sealed container, each process compiles for itself.
    """
    try:
        return njit(cache=True, **_OPTIONS)(function)
    except RuntimeError:
        # What numba raises where it finds no folder for a cache.
        return njit(**_OPTIONS)(function)


@intrinsic
def trailing_zeros(typing_context, word):  # noqa: ARG001 - numba's calling convention
    """Count trailing zero bits of a non-zero uint64 in one instruction."""
    signature = types.uint64(types.uint64)

    def generate(context, builder, signature, arguments):  # noqa: ARG001 - numba's, too
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return signature, generate


#: Elements that :func:`changes_in_block` and :func:`nonzero_in_block` look at in one go.
BLOCK = 64


@intrinsic
def changes_in_block(typing_context, flat, place):  # noqa: ARG001 - numba's, too
    """Return 64 bits: bit k is set where ``flat[place + k]`` differs from the element before it.

    ``flat`` is a contiguous array of unsigned integers, ``place`` an uint64 from 1 to
    ``flat.size - 64``.  LLVM makes it a few vector instructions on every processor.
    """

    def generate(context, builder, signature, arguments):
        here = _block(context, builder, signature, arguments, 0)
        before = _block(context, builder, signature, arguments, -1)
        return builder.bitcast(builder.icmp_unsigned("!=", here, before), ir.IntType(BLOCK))

    return types.uint64(flat, types.uint64), generate


@intrinsic
def nonzero_in_block(typing_context, flat, place):  # noqa: ARG001 - numba's, too
    """Return 64 bits: bit k is set where ``flat[place + k]`` is not zero; see above for bounds."""

    def generate(context, builder, signature, arguments):
        here = _block(context, builder, signature, arguments, 0)
        zero = ir.Constant(here.type, None)
        return builder.bitcast(builder.icmp_unsigned("!=", here, zero), ir.IntType(BLOCK))

    return types.uint64(flat, types.uint64), generate


def _block(context, builder, signature, arguments, offset):
    """Load 64 neighbouring elements as one vector, at any alignment."""
    flat, place = signature.args[0], arguments[1]
    array = context.make_array(flat)(context, builder, arguments[0])
    first = builder.gep(array.data, [builder.add(place, ir.Constant(place.type, offset))])
    vector = ir.VectorType(context.get_data_type(flat.dtype), BLOCK)
    return builder.load(builder.bitcast(first, vector.as_pointer()), align=1)

"""How the room loads what it needs, in processes of their own."""

import subprocess
import sys


def modules_after(code: str) -> set[str]:
    program = f"{code}\nimport sys\nprint(*sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    return set(answer.stdout.decode().split())


def test_listing_the_kernels_loads_no_compiler() -> None:
    assert "numba" not in modules_after("from assay import kernels")


def test_a_command_loads_numba_without_scipy() -> None:
    loaded = modules_after("from assay import kernels; kernels.load_without_blas()")
    assert "numba" in loaded
    assert not any(name.startswith("scipy.linalg") for name in loaded)


def test_scipy_can_be_used_after_numba_was_loaded_without_it() -> None:
    loaded = modules_after(
        "from assay import kernels; kernels.load_without_blas(); import scipy.linalg"
    )
    assert "scipy.linalg" in loaded


def test_kernels_run_after_numba_was_loaded_without_scipy() -> None:
    modules_after(
        "from assay import LabelMap, kernels; kernels.load_without_blas()\n"
        "assert LabelMap.from_dense([[1, 1, 2]]).ends.tolist() == [2, 3]"
    )


def test_kernels_run_where_no_cache_can_be_written() -> None:
    modules_after(
        "from numba.core.caching import CacheImpl; CacheImpl._locator_classes = []\n"
        "from assay import LabelMap\n"
        "assert LabelMap.from_dense([[1, 1, 2]]).ends.tolist() == [2, 3]"
    )

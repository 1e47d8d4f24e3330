"""What every test may ask for."""

from pathlib import Path

import pytest
from hypothesis import settings

# Machines are shared and kernels may be cold: how long an example takes is no reason to fail. The
# proof tries the same examples each time; --hypothesis-profile search looks for new ones.
settings.register_profile("assay", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, print_blob=True)
settings.load_profile("assay")

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data that lies beside the checkout and is never copied into it."""
    if not SHARED.is_dir():
        pytest.skip("real data is absent: ../shared/data does not lie beside this checkout")
    return SHARED

"""The peers, ready to run on one thread; a peer that is not installed is None, with its reason."""

import importlib
import sys
from importlib.machinery import ExtensionFileLoader
from importlib.metadata import PackageNotFoundError, version
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).parent
BUILD = HERE / "build"

#: Packages whose versions the page states.
PACKAGES = (
    "numpy", "numba", "deflate", "pillow", "cityscapesScripts", "torch", "torchmetrics", "monai",
    "connected-components-3d", "opencv-python-headless", "scikit-learn", "surface-distance",
    "cython",
)  # fmt: skip


def versions() -> str:
    """Return the installed versions of everything that is compared."""
    return ", ".join(f"{name} {_version(name)}" for name in PACKAGES)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def optional(name: str) -> Any:
    """Return the module, or None where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def pin_to_one_thread() -> None:
    """Keep every peer to one thread, as Assay's kernels are."""
    for name, setting in (("torch", "set_num_threads"), ("cv2", "setNumThreads")):
        module = optional(name)
        if module is not None:
            getattr(module, setting)(1)


def cityscapes_evaluation() -> Any:
    """Return the evaluation module of cityscapesScripts with its compiled counter, or None."""
    if optional("cityscapesscripts") is None:
        return None
    package = importlib.import_module("cityscapesscripts.evaluation")
    name = "cityscapesscripts.evaluation.addToConfusionMatrix"
    if optional(name) is None:
        counter = _compiled_counter()
        sys.modules[name] = counter
        package.addToConfusionMatrix = counter  # type: ignore[attr-defined]  # what its script imports
    script = importlib.import_module("cityscapesscripts.evaluation.evalPixelLevelSemanticLabeling")
    if not script.CSUPPORT:
        raise RuntimeError(f"{script.__name__} was imported before its compiled counter was there.")
    return script


def _compiled_counter() -> ModuleType:
    """Compile the counter as cityscapesScripts' setup does: Cython, then the default C flags."""
    from Cython.Build import cythonize
    from setuptools import Distribution, Extension
    from setuptools.command.build_ext import build_ext

    BUILD.mkdir(exist_ok=True)
    source = HERE / "cityscapes_counter.pyx"
    extension = Extension("cityscapes_counter", [str(source)])
    modules = cythonize([extension], build_dir=str(BUILD), quiet=True)
    command = build_ext(Distribution({"ext_modules": modules}))
    command.build_lib = command.build_temp = str(BUILD)
    command.ensure_finalized()
    command.run()
    library = Path(command.get_ext_fullpath("cityscapes_counter"))
    loader = ExtensionFileLoader("cityscapes_counter", str(library))
    spec = spec_from_file_location("cityscapes_counter", library, loader=loader)
    if spec is None:
        raise RuntimeError(f"{library.name} cannot be loaded")
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module

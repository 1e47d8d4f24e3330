"""The command as a process of its own: it leaves as soon as all is said."""

import atexit
import os
import sys
from contextlib import suppress
from typing import NoReturn

from assay.cli.main import main


def run() -> NoReturn:
    """Run the command line and end the process with its exit code.

    Taking apart what was loaded, object by object, is a quarter of a second of work for nothing:
    the process ends without it.  Whatever was registered to run at exit runs, and what was
    written is flushed.  An unforeseen error, which is our bug, takes the usual way.
    """
    code = 0
    try:
        main()
    except SystemExit as error:
        if isinstance(error.code, str):
            raise
        code = error.code or 0
    # What Python itself calls first when it ends; there is no public name.
    atexit._run_exitfuncs()  # noqa: SLF001 - the only way to run them early
    try:
        sys.stdout.flush()
    except OSError:
        # Who read our output has left, like ``head`` does.
        code = code or 1
    with suppress(OSError):
        sys.stderr.flush()
    os._exit(code)

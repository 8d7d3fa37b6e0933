"""One run in a process of its own: `python -m wiregrad.training.worker RUN_FOLDER`.

The folder holds the specification; weights, checkpoints and a log are written beside it. Commands come as
JSON lines on standard input, events go as JSON lines to standard output. The end of standard input means that
the owner died: the run saves a checkpoint and ends. If the folder has a checkpoint, the run goes on from it.
"""

import os
import sys
from pathlib import Path

from wiregrad.engine.blas import prefer_wide_kernels
from wiregrad.training.streams import send_stray_output_to, take_standard_output

LOG_FILE = "worker.log"
USAGE = 2


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m wiregrad.training.worker RUN_FOLDER\n")
        return USAGE
    folder = Path(arguments[0])
    events = take_standard_output()
    send_stray_output_to(folder / LOG_FILE)
    prefer_wide_kernels(os.environ)
    # NumPy's BLAS reads its choice when it is loaded, so what imports NumPy is imported only now.
    from wiregrad.training.supervised import SupervisedRun  # noqa: PLC0415

    return SupervisedRun(folder, events).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

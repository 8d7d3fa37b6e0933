"""Evaluation in a process of its own: `python -m wiregrad.training.evaluator`.

Questions come as JSON lines on standard input, answers go as JSON lines to standard output, in the same
order. The process ends when standard input does.
"""

import os
import sys

from wiregrad.engine.blas import prefer_wide_kernels
from wiregrad.training.streams import take_standard_output


def main() -> int:
    answers = take_standard_output()
    prefer_wide_kernels(os.environ)
    # A few samples are done before a second thread is awake.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # NumPy's BLAS reads its choice when it is loaded, so what imports NumPy is imported only now.
    from wiregrad.training.answering import answer_questions  # noqa: PLC0415

    answer_questions(answers)
    return 0


if __name__ == "__main__":
    sys.exit(main())

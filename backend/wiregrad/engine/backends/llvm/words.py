"""The memory that threads share to find each other."""

from __future__ import annotations

LINE = 16
"""Words of 8 bytes between two that different threads write: two cache lines, for they come in pairs."""

DONE, TURN, COMING, JOB, MEMORY, COUNT, RECORDS, START = (number * LINE for number in range(8))
"""Where each word stands: how many pieces of work were ever done; the number of the job, even while it is
open and odd after it; that of the one for which nobody may fall asleep; its function, what that is given, and
how many pieces were done before it."""

CLAIMS, CLAIM_LINES, BITS = 8 * LINE, 32, 16
"""From here on so many lines, each with a word of so many pieces that are claimed, a bit for each."""

MOST_SHARED_PIECES = CLAIM_LINES * BITS - 1
"""Of one phase; one more is what only one thread does."""

THREADS = CLAIMS + CLAIM_LINES * LINE
"""From here on a line for each thread."""

SLEEPING, PROCESSOR, INSIDE = range(3)
"""Words of such a line: 1 where the thread sleeps, the number of the processor that it last worked on, and
that of the job whose function it may be in, or 0."""

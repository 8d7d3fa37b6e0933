"""The memory that threads share to find each other."""

from __future__ import annotations

LINE = 16
"""Words of 8 bytes between two that different threads write: two cache lines, for they come in pairs."""

ARRIVED, EPOCH, TURN, COMING, JOB, MEMORY, COUNT, RECORDS = (number * LINE for number in range(8))
"""Where each word stands: how many threads have arrived at barriers, how many that was before this job, the
number of the job, that of the one for which nobody may fall asleep, its function, and what that is given."""

THREADS = 8 * LINE
"""From here on a line for each thread."""

SLEEPING, PROCESSOR = range(2)
"""Words of such a line: 1 where the thread sleeps, and the number of the processor that it last worked on."""

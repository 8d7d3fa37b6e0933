"""The memory that threads share to find each other."""

from __future__ import annotations

LINE = 16
"""Words of 8 bytes between two that different threads write: two cache lines, for they come in pairs."""

ARRIVED, EPOCH, TURN, COMING, JOB, MEMORY, COUNT, RECORDS = (number * LINE for number in range(8))
"""Where each word stands: how many threads have arrived at barriers, how many that was before this job, the
number of the job, that of the one for which nobody may fall asleep, its function, and what that is given."""

SLEEPING = 8 * LINE
"""From here on a word for each thread: 1 where it sleeps."""

"""Where a run executes: a process on this machine now, other machines by the same protocol later."""

from wiregrad.training.executors.evaluating import EvaluatorProcess
from wiregrad.training.executors.executor import Executor, RunHandle
from wiregrad.training.executors.local import LocalExecutor

__all__ = ["EvaluatorProcess", "Executor", "LocalExecutor", "RunHandle"]

"""Graphs: the document, what is wrong with it, what flows in it, and the program it becomes."""

from wiregrad.graph.check import check
from wiregrad.graph.document import GraphDocument, TrainingSettings
from wiregrad.graph.formats import DocumentError
from wiregrad.graph.graph import Graph
from wiregrad.graph.inputs import InputError
from wiregrad.graph.program import GraphError, Program, compile_graph
from wiregrad.graph.report import Problem, Report
from wiregrad.graph.schedule_preview import SchedulePreview, preview_schedule
from wiregrad.graph.session import HorizonError, Session
from wiregrad.graph.state import State, StateError
from wiregrad.graph.tracing import Trace
from wiregrad.graph.verification import GradientCheck, check_gradients

__all__ = [
    "DocumentError",
    "GradientCheck",
    "Graph",
    "GraphDocument",
    "GraphError",
    "HorizonError",
    "InputError",
    "Problem",
    "Program",
    "Report",
    "SchedulePreview",
    "Session",
    "State",
    "StateError",
    "Trace",
    "TrainingSettings",
    "check",
    "check_gradients",
    "compile_graph",
    "preview_schedule",
]

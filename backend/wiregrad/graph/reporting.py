"""From what checking found to the report: what flows on every drawn wire, and what every node costs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wiregrad.graph.bypass import Bypass
from wiregrad.graph.document import PortReference
from wiregrad.graph.ends import End, Ends
from wiregrad.graph.flat import FlatNode, reference
from wiregrad.graph.gradients import GradientFlow
from wiregrad.graph.report import (
    FigureReport,
    InputPortReport,
    NodeReport,
    OutputPortReport,
    OutputReport,
    Problem,
    Report,
    Totals,
    ValueReport,
    WireReport,
)
from wiregrad.graph.resolution import Resolution, ResolvedNode
from wiregrad.nodes import InputNode, Node, OutputNode, Port


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one forward pass of one sample; `weights` has the number of parameters by whose they are."""

    weights: Mapping[str, int]
    multiply_adds: int = 0
    activation_bytes: int = 0

    @property
    def parameters(self) -> int:
        return sum(self.weights.values())


NOTHING = Cost({})


def report_of(resolution: Resolution, flow: GradientFlow, ends: Ends, problems: Sequence[Problem]) -> Report:
    reporter = _Reporter(resolution, flow)
    return Report(
        problems=tuple(problems),
        nodes=reporter.nodes(),
        wires=reporter.wires(),
        losses=reporter.figures(ends.optimizers),
        metrics=reporter.figures(ends.metrics),
        outputs=tuple(map(reporter.output, ends.outputs)),
        totals=reporter.totals(),
    )


class _Reporter:
    def __init__(self, resolution: Resolution, flow: GradientFlow) -> None:
        self.resolution, self.flow = resolution, flow
        self.expansion = resolution.expansion
        self.costs = {node.id: self._cost(node) for node in resolution.nodes.values()}

    def nodes(self) -> dict[str, NodeReport]:
        """Every node whose settings are legal, by path, and every use of a block."""
        plain = {
            path: self._node(node_id, flat)
            for node_id in self.resolution.instances
            if (path := self._shown_path(node_id, flat := self.expansion.nodes.get(node_id)))
        }
        inside = self._costs_inside()
        uses = {
            path: _report(
                use.inputs,
                [(port, self._value(use.sources[port.name])) for port in use.outputs],
                _sum(inside[path]),
            )
            for path, use in self.expansion.uses.items()
        }
        return plain | uses

    def wires(self) -> tuple[WireReport, ...]:
        return tuple(
            WireReport(source=wire.source, target=wire.target, value=self._value(wire.carries))
            for wire in self.expansion.wires
        )

    def totals(self) -> Totals:
        total = _sum(self.costs.values())
        specs = [spec for node in self.resolution.owners.values() for spec in node.parameters.values()]
        return Totals(
            parameters=total.parameters,
            trainable_parameters=sum(spec.size for spec in specs if spec.trainable),
            multiply_adds=total.multiply_adds,
            activation_bytes=total.activation_bytes,
        )

    def _shown_path(self, node_id: str, flat: FlatNode | None) -> str | None:
        if flat is None:
            return node_id
        return flat.path if flat.shown else None

    def _node(self, node_id: str, flat: FlatNode | None) -> NodeReport:
        """Ports are known as soon as the settings are legal; costs, once the inputs are typed."""
        node = self.resolution.instances[node_id]
        shows_inputs, shows_outputs = flat.visible if flat else (True, True)
        values = [
            (port, self._value(reference(node_id, port.name)))
            for port in (node.outputs() if shows_outputs else ())
        ]
        inputs = node.inputs() if shows_inputs else ()
        return _report(inputs, values, self.costs.get(node_id, NOTHING))

    def figures(self, ends: Iterable[End[Node]]) -> tuple[FigureReport, ...]:
        return tuple(FigureReport(name=end.name, node=self.expansion.path(end.resolved.id)) for end in ends)

    def output(self, end: End[OutputNode]) -> OutputReport:
        needed = self.resolution.upstream([end.resolved])
        inputs = (self.expansion.path(node.id) for node in needed if isinstance(node.node, InputNode))
        return OutputReport(
            name=end.name, node=self.expansion.path(end.resolved.id), inputs=tuple(dict.fromkeys(inputs))
        )

    def _costs_inside(self) -> Mapping[str, Sequence[Cost]]:
        """Of every node in any copy of a block, by the path of each use that it is inside of."""
        inside: dict[str, list[Cost]] = defaultdict(list)
        for node_id, cost in self.costs.items():
            flat = self.expansion.nodes.get(node_id)
            for owner in flat.owners if flat else ():
                inside[owner].append(cost)
        return inside

    def _cost(self, node: ResolvedNode) -> Cost:
        dtype = self.resolution.document.training.dtype
        flat = self.expansion.nodes.get(node.id)
        passes_on = isinstance(node.node, Bypass) or (flat is not None and flat.visible != (True, True))
        return Cost(
            {node.weights: sum(spec.size for spec in node.parameters.values())} if node.parameters else {},
            node.node.multiply_adds(*node.input_types),
            0 if passes_on else sum(value.tensor(1, dtype).nbytes for value in node.output_types),
        )

    def _value(self, port: PortReference) -> ValueReport | None:
        resolved = self.resolution.nodes.get(port.node)
        if resolved is None or port.port not in {output.name for output in resolved.output_ports}:
            return None
        value = resolved.output_type(port.port)
        carrying = self.flow.at(port)
        return ValueReport(
            dtype=value.dtype,
            shape=value.shape,
            batched=value.batched,
            carries_gradient=carrying.carries,
            reason=carrying.reason,
        )


def _report(
    inputs: Iterable[Port], outputs: Iterable[tuple[Port, ValueReport | None]], cost: Cost
) -> NodeReport:
    return NodeReport(
        inputs=tuple(InputPortReport.model_validate(port, from_attributes=True) for port in inputs),
        outputs=tuple(
            OutputPortReport(name=port.name, description=port.description, value=value)
            for port, value in outputs
        ),
        parameters=cost.parameters,
        multiply_adds=cost.multiply_adds,
        activation_bytes=cost.activation_bytes,
    )


def _sum(costs: Iterable[Cost]) -> Cost:
    """Weights that several nodes share count once."""
    costs = list(costs)
    weights: dict[str, int] = {}
    for cost in costs:
        weights.update(cost.weights)
    return Cost(
        weights, sum(cost.multiply_adds for cost in costs), sum(cost.activation_bytes for cost in costs)
    )

import { indexOf } from "./document";
import type {
  GraphDocument,
  InputPort,
  Kind,
  OutputPort,
  PortReference,
  Report,
  ValueReport,
  Wire,
} from "./types";
import { portId, samePort, wireId } from "./types";

export interface NodePorts {
  readonly inputs: readonly InputPort[];
  readonly outputs: readonly OutputPort[];
}

/**
 * The ports a node shows: those of the report, or of the catalogue while there is none. Ports that only a wire knows
 * (the kind is unknown, or a setting took the port away) are added, so that no wire ends in the air.
 */
export function portsOf(
  document: GraphDocument,
  report: Report | null,
  kind: Kind | undefined,
  node: string,
): NodePorts {
  const reported = report?.nodes[node];
  const inputs = reported?.inputs ?? kind?.inputs ?? [];
  const outputs = reported?.outputs ?? kind?.outputs.map((port) => ({ ...port, value: null })) ?? [];
  const { into, outOf } = indexOf(document);
  return {
    inputs: withMissing(
      inputs,
      (into.get(node) ?? []).map((wire) => wire.target.port),
      missingInput,
    ),
    outputs: withMissing(
      outputs,
      (outOf.get(node) ?? []).map((wire) => wire.source.port),
      missingOutput,
    ),
  };
}

export function samePorts(a: NodePorts, b: NodePorts): boolean {
  const same = (left: readonly { readonly name: string }[], right: readonly { readonly name: string }[]) =>
    left.length === right.length && left.every((port, place) => port.name === right[place]?.name);
  return same(a.inputs, b.inputs) && same(a.outputs, b.outputs);
}

const MISSING = "This port is not there with the present settings.";
const missingInput = (name: string): InputPort => ({ name, description: MISSING, optional: false });
const missingOutput = (name: string): OutputPort => ({ name, description: MISSING, value: null });

function withMissing<Port extends { readonly name: string }>(
  ports: readonly Port[],
  wired: readonly string[],
  make: (name: string) => Port,
): readonly Port[] {
  const extra = new Set(wired).difference(new Set(ports.map((port) => port.name)));
  return extra.size === 0 ? ports : [...ports, ...[...extra].map(make)];
}

interface ReportIndex {
  readonly wires: ReadonlyMap<string, { source: PortReference; value: ValueReport | null }>;
  readonly outputs: ReadonlyMap<string, ValueReport | null>;
}

const indexes = new WeakMap<Report, ReportIndex>();

function reportIndexOf(report: Report): ReportIndex {
  const known = indexes.get(report);
  if (known !== undefined) return known;
  const outputs = Object.entries(report.nodes).flatMap(([node, { outputs }]) =>
    outputs.map((port) => [portId({ node, port: port.name }), port.value] as const),
  );
  const index = {
    wires: new Map(report.wires.map((wire) => [wireId(wire), wire])),
    outputs: new Map(outputs),
  };
  indexes.set(report, index);
  return index;
}

/** What a wire carries. A wire that is newer than the report carries what its source sends. */
export function valueOfWire(report: Report | null, wire: Wire): ValueReport | null {
  if (report === null) return null;
  const { wires, outputs } = reportIndexOf(report);
  const reported = wires.get(wireId(wire));
  if (reported !== undefined && samePort(reported.source, wire.source)) return reported.value;
  return outputs.get(portId(wire.source)) ?? null;
}

export function valueOfOutput(report: Report | null, port: PortReference): ValueReport | null {
  return report === null ? null : (reportIndexOf(report).outputs.get(portId(port)) ?? null);
}

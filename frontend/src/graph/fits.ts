import { reaches } from "./document";
import { portsOf, valueOfOutput } from "./ports";
import type { GraphDocument, Kind, PortReference, Report } from "./types";

/** Hints about what a dragged wire can end at. The server's check has the last word on shapes and dtypes. */

export type Direction = "input" | "output";

export interface DraggedPort extends PortReference {
  /** Which side of its node the wire hangs on. */
  readonly direction: Direction;
}

/** Why a wire from one port cannot end at another, in a sentence; null if it can. */
export function whyNot(document: GraphDocument, dragged: DraggedPort, candidate: DraggedPort): string | null {
  if (dragged.direction === candidate.direction) {
    return dragged.direction === "output"
      ? "An output goes to an input, not to another output."
      : "An input comes from an output, not from another input.";
  }
  if (dragged.node === candidate.node) return "A node cannot feed itself.";
  const [source, target] = dragged.direction === "output" ? [dragged, candidate] : [candidate, dragged];
  if (reaches(document, target.node, source.node)) return "That would close a circle.";
  return null;
}

/** The port of a kind that a dragged wire would take, or null if the kind has none on that side. */
export function portThatFits(kind: Kind, dragged: Direction): string | null {
  const ports = dragged === "output" ? kind.inputs : kind.outputs;
  return ports[0]?.name ?? null;
}

/** The input and output through which a kind can be put into a wire; null if it has not both. */
export function throughPorts(kind: Kind): { input: string; output: string } | null {
  const input = kind.inputs[0]?.name;
  const output = kind.outputs[0]?.name;
  return input === undefined || output === undefined ? null : { input, output };
}

/** Kinds with a port for the dragged wire, likely ones first: what loses the gradient or needs one is left to the check. */
export function kindsThatFit(kinds: Iterable<Kind>, dragged: Direction): Kind[] {
  return [...kinds].filter((kind) => portThatFits(kind, dragged) !== null);
}

/** A free input of `node` for a wire that is dropped on its body, else its first input; null if it has none. */
export function inputFor(
  document: GraphDocument,
  report: Report | null,
  kind: Kind | undefined,
  node: string,
): string | null {
  const { inputs } = portsOf(document, report, kind, node);
  const free = inputs.find(
    (port) => !document.wires.some((wire) => wire.target.node === node && wire.target.port === port.name),
  );
  return (free ?? inputs[0])?.name ?? null;
}

/** A word of warning about a wire that may be drawn but will be a problem; null if nothing is known against it. */
export function doubtAbout(
  report: Report | null,
  source: PortReference,
  target: { readonly kind: string | undefined; readonly port: string },
): string | null {
  const value = valueOfOutput(report, source);
  // What is compared with the loss, its other port, needs no gradient.
  if (value === null || target.kind !== "Optimizer" || target.port !== "loss") return null;
  if (value.carries_gradient) return null;
  return `An Optimizer needs a value with gradient. ${value.reason}`;
}

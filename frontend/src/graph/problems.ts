import { kindOf } from "./catalogue-store";
import { throughPorts } from "./fits";
import {
  addNode,
  connect,
  type GraphDraft,
  insertOnWire,
  makeRoom,
  setBypassed,
  setSettings,
} from "./operations";
import { CARD_WIDTH, GRID, type PortReference, type Problem, type Report } from "./types";

const indexes = new WeakMap<Report, ReadonlyMap<string, readonly Problem[]>>();
const NONE: readonly Problem[] = [];

/**
 * Problems of one node and, where it is a block, of what is inside it; errors first. The same list object for the same
 * report.
 */
export function problemsOf(report: Report | null, node: string): readonly Problem[] {
  if (report === null) return NONE;
  let index = indexes.get(report);
  if (index === undefined) {
    index = Map.groupBy(report.problems.toSorted(bySeverity), firstStep);
    indexes.set(report, index);
  }
  return index.get(node) ?? NONE;
}

function firstStep({ node }: Problem): string {
  return node?.split("/", 1)[0] ?? "";
}

/** Problems at one port of a node, not those of ports inside it. */
export function problemsAt(report: Report | null, { node, port }: PortReference): readonly Problem[] {
  return problemsOf(report, node).filter((problem) => problem.node === node && problem.port === port);
}

export function bySeverity(a: Problem, b: Problem): number {
  return Number(a.severity === "warning") - Number(b.severity === "warning");
}

/** Apply a problem's one-click remedy. */
export function applyFix(draft: GraphDraft, problem: Problem): void {
  const { fix, node, port } = problem;
  if (fix === null || node === null) return;
  if (fix.action === "set") {
    setSettings(draft, node, fix.settings ?? {});
    return;
  }
  if (fix.action === "restore") {
    setBypassed(draft, new Set([node]), false);
    return;
  }
  const kind = fix.kind === null ? undefined : kindOf(fix.kind);
  const through = kind === undefined ? null : throughPorts(kind);
  if (kind === undefined || through === null || port === null) return;
  const settings = { ...kind.default_settings, ...fix.settings };
  const inserted = insertOnWire(draft, {
    at: { node, port },
    node: { kind: kind.kind, settings, position: placeBefore(draft, node) },
    ...through,
  });
  if (inserted !== null) {
    makeRoom(draft, inserted, CARD_WIDTH);
    return;
  }
  const added = addNode(draft, { kind: kind.kind, settings, position: placeBefore(draft, node) });
  connect(draft, { node: added, port: through.output }, { node, port });
}

/** Left of a node, in a row with it. */
function placeBefore(draft: GraphDraft, node: string): { x: number; y: number } {
  const found = draft.nodes.find(({ id }) => id === node);
  const { x, y } = found?.position ?? { x: 0, y: 0 };
  return { x: x - CARD_WIDTH - 3 * GRID, y };
}

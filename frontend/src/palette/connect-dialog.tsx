import { useState } from "react";
import { connectPorts } from "../editing/actions";
import { kindOf } from "../graph/catalogue-store";
import { describeGradient, formatValue } from "../graph/describe";
import { indexOf, nodeTitle } from "../graph/document";
import { type DraggedPort, whyNot } from "../graph/fits";
import { type GraphState, graphStore } from "../graph/graph-store";
import { portsOf } from "../graph/ports";
import { selectedParts } from "../graph/selection-store";
import type { GraphNode, PortReference } from "../graph/types";
import { Dialog } from "../ui/dialog";
import styles from "./command-palette.module.css";
import { KindMark } from "./kind-mark";
import { search } from "./search";
import { SearchList } from "./search-list";

interface Props {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

/** Connect by keyboard: every wire that may be drawn from or to the selected node, by name. */
export function ConnectDialog({ open, onOpenChange }: Props) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Connect" hideTitle size="md">
      {open && <Choices onClose={() => onOpenChange(false)} />}
    </Dialog>
  );
}

interface Choice {
  readonly id: string;
  readonly title: string;
  readonly group: string;
  readonly category: string | undefined;
  readonly detail: string;
  readonly source: PortReference;
  readonly target: PortReference;
}

function Choices({ onClose }: { onClose: () => void }) {
  const [query, setQuery] = useState("");
  const [choices] = useState(() => {
    const [id] = selectedParts();
    return id === undefined ? [] : choicesFor(graphStore.getState(), id);
  });
  const found = search(choices, query, (choice) => ({ title: choice.title, more: choice.group }));
  return (
    <div className={styles.palette}>
      <SearchList
        label="Connect the selected node"
        placeholder="Connect to which port?"
        query={query}
        onQuery={setQuery}
        entries={found.map((choice) => ({
          id: choice.id,
          title: choice.title,
          group: query.trim() === "" ? choice.group : undefined,
          detail: choice.detail,
          mark: <KindMark category={choice.category} />,
        }))}
        onPick={(id) => {
          const choice = choices.find((candidate) => candidate.id === id);
          onClose();
          if (choice !== undefined) connectPorts(choice.source, choice.target);
        }}
        onClose={onClose}
        empty="No port can be connected to it."
        testId="connect-dialog"
      />
    </div>
  );
}

function choicesFor({ document, report }: Pick<GraphState, "document" | "report">, id: string): Choice[] {
  const { nodes, wires } = indexOf(document);
  const self = nodes.get(id);
  if (self === undefined) return [];
  const sides = (node: GraphNode) => portsOf(document, report, kindOf(node.kind), node.id);
  const own = sides(self);
  return document.nodes
    .flatMap((other) => {
      const theirs = sides(other);
      const title = nodeTitle(other, kindOf(other.kind)?.title);
      const category = kindOf(other.kind)?.category;
      const forward = own.outputs.flatMap((from) =>
        theirs.inputs.map((to): Choice => {
          const target = { node: other.id, port: to.name };
          const taken = wires.get(`${other.id}.${to.name}`);
          return {
            id: `${from.name}>${other.id}.${to.name}`,
            title: `${title}, ${to.name}`,
            group: `From its ${from.name} to`,
            category,
            detail: taken === undefined ? "free" : "replaces the wire that is there",
            source: { node: id, port: from.name },
            target,
          };
        }),
      );
      const backward = own.inputs.flatMap((to) =>
        theirs.outputs.map(
          (from): Choice => ({
            id: `${to.name}<${other.id}.${from.name}`,
            title: `${title}, ${from.name}`,
            group: `To its ${to.name} from`,
            category,
            detail: from.value === null ? "" : `${formatValue(from.value)}. ${describeGradient(from.value)}`,
            source: { node: other.id, port: from.name },
            target: { node: id, port: to.name },
          }),
        ),
      );
      const port = (direction: DraggedPort["direction"], end: PortReference): DraggedPort => ({
        ...end,
        direction,
      });
      return [...forward, ...backward].filter(
        ({ source, target }) => whyNot(document, port("output", source), port("input", target)) === null,
      );
    })
    .toSorted((a, b) => a.group.localeCompare(b.group));
}

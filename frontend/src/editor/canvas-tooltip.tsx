import { type RefObject, useEffect, useState } from "react";
import { nameOf } from "../editing/labels";
import { kindOf } from "../graph/catalogue-store";
import { describeGradient, describeValue, formatValue } from "../graph/describe";
import { indexOf } from "../graph/document";
import { graphStore } from "../graph/graph-store";
import { portsOf, valueOfOutput, valueOfWire } from "../graph/ports";
import { problemsAt } from "../graph/problems";
import type { Problem, ValueReport } from "../graph/types";
import styles from "./canvas-tooltip.module.css";
import { connectionStore } from "./connection-store";

interface Tip {
  readonly title: string;
  readonly description: string | null;
  /** undefined: nothing is known to flow here, and that is all right (a port without a wire). */
  readonly value: ValueReport | null | undefined;
  readonly problem: Problem | null;
  readonly x: number;
  readonly y: number;
}

const DELAY_MS = 250;

/** One tooltip for all ports and wires: it looks at what is under the pointer, so that none of them has to listen. */
export function CanvasTooltip({ container }: { container: RefObject<HTMLElement | null> }) {
  const [tip, setTip] = useState<Tip | null>(null);

  useEffect(() => {
    const element = container.current;
    if (element === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let over: Element | null = null;
    const hide = () => {
      clearTimeout(timer);
      setTip(null);
    };
    const onMove = (event: PointerEvent) => {
      const target =
        event.target instanceof Element ? event.target.closest("[data-tip-port], [data-wire]") : null;
      if (target === over) return;
      over = target;
      hide();
      if (target === null || event.buttons !== 0) return;
      const { clientX, clientY } = event;
      timer = setTimeout(() => {
        if (connectionStore.getState().dragged === null) setTip(tipFor(target, clientX, clientY, element));
      }, DELAY_MS);
    };
    const onLeave = () => {
      over = null;
      hide();
    };
    element.addEventListener("pointermove", onMove);
    element.addEventListener("pointerdown", hide);
    element.addEventListener("pointerleave", onLeave);
    element.addEventListener("wheel", hide, { passive: true });
    return () => {
      clearTimeout(timer);
      element.removeEventListener("pointermove", onMove);
      element.removeEventListener("pointerdown", hide);
      element.removeEventListener("pointerleave", onLeave);
      element.removeEventListener("wheel", hide);
    };
  }, [container]);

  if (tip === null) return null;
  const grad = tip.value?.carries_gradient;
  return (
    <div
      className={styles.tip}
      role="tooltip"
      data-testid="canvas-tooltip"
      style={{ left: tip.x, top: tip.y }}
    >
      <p className={styles.title}>{tip.title}</p>
      {tip.description !== null && <p className={styles.description}>{tip.description}</p>}
      {tip.value !== undefined && (
        <>
          {tip.value !== null && (
            <p className={styles.type}>
              <code>{formatValue(tip.value)}</code>
              <span>{describeValue(tip.value).split(", ").at(-1)}</span>
            </p>
          )}
          <p className={styles.gradient} data-grad={grad}>
            <svg aria-hidden="true" width="22" height="6" viewBox="0 0 22 6">
              <path d="M1 3 H21" />
            </svg>
            <span>{describeGradient(tip.value)}</span>
          </p>
        </>
      )}
      {tip.problem !== null && (
        <p className={styles.problem}>
          {tip.problem.message} {tip.problem.remedy}
        </p>
      )}
    </div>
  );
}

const WIDTH = 300;

function tipFor(target: Element, clientX: number, clientY: number, container: HTMLElement): Tip | null {
  const words = wordsFor(target);
  if (words === null) return null;
  const box = container.getBoundingClientRect();
  const x = Math.min(clientX - box.left + 14, box.width - WIDTH - 8);
  const isLow = clientY - box.top > box.height - 180;
  return { ...words, x: Math.max(8, x), y: clientY - box.top + (isLow ? -150 : 18) };
}

function wordsFor(target: Element): Omit<Tip, "x" | "y"> | null {
  const { document, report } = graphStore.getState();
  const index = indexOf(document);
  const wireId = target.getAttribute("data-wire");
  if (wireId !== null) {
    const wire = index.wires.get(wireId);
    if (wire === undefined) return null;
    const { source, target: end } = wire;
    return {
      title: `${nameOf(document, source.node)} · ${source.port} → ${nameOf(document, end.node)} · ${end.port}`,
      description: null,
      value: valueOfWire(report, wire),
      problem: problemsAt(report, end)[0] ?? null,
    };
  }
  const [direction, nodeId, name] = target.getAttribute("data-tip-port")?.split(":") ?? [];
  const node = nodeId === undefined ? undefined : index.nodes.get(nodeId);
  if (node === undefined || name === undefined) return null;
  const ports = portsOf(document, report, kindOf(node.kind), node.id);
  if (direction === "output") {
    const port = ports.outputs.find((candidate) => candidate.name === name);
    const value = valueOfOutput(report, { node: node.id, port: name });
    return { title: `Output ${name}`, description: port?.description ?? null, value, problem: null };
  }
  const port = ports.inputs.find((candidate) => candidate.name === name);
  const wire = index.wires.get(`${node.id}.${name}`);
  return {
    title: `Input ${name}${port?.optional ? " (optional)" : ""}`,
    description: port?.description ?? null,
    value: wire === undefined ? undefined : valueOfWire(report, wire),
    problem: problemsAt(report, { node: node.id, port: name })[0] ?? null,
  };
}

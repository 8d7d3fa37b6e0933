import "@xyflow/react/dist/base.css";
import {
  Background,
  BackgroundVariant,
  ConnectionLineType,
  type FinalConnectionState,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useNodesInitialized,
} from "@xyflow/react";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import { addKind, placeUnder } from "../editing/actions";
import { useGraph } from "../graph/graph-store";
import { prefixOf } from "../graph/scope";
import { selectNothing } from "../graph/selection-store";
import { CARD_WIDTH, GRID, type GraphDocument, type Kind } from "../graph/types";
import { Breadcrumbs } from "./breadcrumbs";
import styles from "./canvas.module.css";
import { CanvasControls } from "./canvas-controls";
import { CanvasMenu } from "./canvas-menu";
import { CanvasTooltip } from "./canvas-tooltip";
import { endConnection } from "./connection-store";
import { DrawnWire } from "./drawn-wire";
import { EmptyCanvas } from "./empty-canvas";
import { FindBar } from "./find-bar";
import type { FlowEdge, FlowNode } from "./flow-parts";
import { flowStore, keepFlowInStep, onEdgesChange, onNodeClick, onNodesChange } from "./flow-store";
import { FrameBar } from "./frame-bar";
import { FrameCard } from "./frame-card";
import { NodeCard } from "./node-card";
import { NoteCard } from "./note-card";
import { Overview } from "./overview";
import { QuickAdd, type QuickAddRequest } from "./quick-add";
import { onNodeDrag, onNodeDragStop } from "./threading";
import { useCanvasHandle } from "./use-canvas-handle";
import { useClipboard } from "./use-clipboard";
import { useDrop } from "./use-drop";
import { useFarView } from "./use-far-view";
import { useFittedView, type ViewOrigin } from "./use-fitted-view";
import { WireLine } from "./wire";
import {
  bendWire,
  isValidConnection,
  onConnect,
  onConnectStart,
  onEdgeClick,
  onReconnect,
  onReconnectEnd,
  onReconnectStart,
  wireDroppedOnCanvas,
} from "./wiring";

// React Flow redraws everything when one of these changes its identity.
const NODE_TYPES = { card: NodeCard, note: NoteCard, frame: FrameCard, bar: FrameBar };
const EDGE_TYPES = { wire: WireLine };
const SNAP: [number, number] = [GRID, GRID];
const ADD_KEYS = ["Control", "Meta"];
const PAN_BUTTONS = [0, 1];
/** From the top of a card to the middle of its first port. */
const FIRST_PORT = 68;

interface CanvasProps {
  readonly onFile: (file: File) => void;
  /** What lies over the canvas, such as the buttons of a run. */
  readonly children?: ReactNode;
}

export function Canvas(props: CanvasProps) {
  return (
    <ReactFlowProvider>
      <CanvasInside {...props} />
    </ReactFlowProvider>
  );
}

function isWithoutParts({ nodes, notes, frames }: GraphDocument): boolean {
  return nodes.length + notes.length + frames.length === 0;
}

function CanvasInside({ onFile, children }: CanvasProps) {
  const container = useRef<HTMLDivElement>(null);
  const { nodes, edges } = useStore(flowStore);
  // What is shown: a graph, or the inside of one of its blocks.
  const shown = useGraph((state) =>
    state.graphId === null ? null : `${state.graphId} ${prefixOf(state.scope)}`,
  );
  const isEmpty = useGraph((state) => isWithoutParts(state.document));
  const [request, setRequest] = useState<QuickAddRequest | null>(null);
  const [hasMinimap, setHasMinimap] = useState(true);
  const toggleMinimap = useCallback(() => setHasMinimap((shown) => !shown), []);

  useEffect(() => keepFlowInStep(), []);
  useClipboard();
  const origin = useRef<ViewOrigin>("begun");
  const { handle, showFirst } = useCanvasHandle(container, { open: setRequest, toggleMinimap, origin });
  useFarView(container);
  const dropHandlers = useDrop(onFile);

  // A graph that was just opened is shown whole, once its cards have been measured.
  const isMeasured = useNodesInitialized();
  const fitted = useRef<string | null>(null);
  useEffect(() => {
    if (fitted.current === shown || !(isMeasured || isEmpty)) return;
    fitted.current = shown;
    if (!isEmpty) showFirst();
  }, [isMeasured, isEmpty, shown, showFirst]);
  const onMoveStart = useFittedView(container, handle, origin);

  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      const dropped = wireDroppedOnCanvas(event, state);
      if (dropped !== null) handle.openSearch(dropped.screen, dropped.dragged);
    },
    [handle],
  );

  const pick = (kind: Kind) => {
    if (request === null) return;
    const { dragged, place } = request;
    setRequest(null);
    // The dropped end of the wire meets the first port of the new card.
    const left = dragged?.direction === "input" ? place.x - CARD_WIDTH : place.x;
    const at = dragged === null ? placeUnder(place) : { x: left, y: place.y - FIRST_PORT };
    addKind(kind, { at, from: dragged ?? undefined });
    container.current?.focus({ preventScroll: true });
  };

  return (
    <section
      className={styles.canvas}
      ref={container}
      tabIndex={-1}
      aria-label="Canvas"
      data-canvas
      data-testid="canvas"
      {...dropHandlers}
    >
      <ReactFlow<FlowNode, FlowEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        onConnect={onConnect}
        onConnectStart={onConnectStart}
        onConnectEnd={onConnectEnd}
        onClickConnectStart={onConnectStart}
        onClickConnectEnd={endConnection}
        onReconnect={onReconnect}
        onReconnectStart={onReconnectStart}
        onReconnectEnd={onReconnectEnd}
        onEdgeClick={onEdgeClick}
        onEdgeDoubleClick={(event, edge) =>
          bendWire(edge, handle.toCanvas({ x: event.clientX, y: event.clientY }))
        }
        onNodeClick={onNodeClick}
        onNodeDrag={onNodeDrag}
        onNodeDragStop={onNodeDragStop}
        onPaneClick={selectNothing}
        onMoveStart={onMoveStart}
        onDoubleClick={(event) => {
          const onEmpty =
            event.target instanceof Element && event.target.classList.contains("react-flow__pane");
          if (onEmpty) handle.openSearch({ x: event.clientX, y: event.clientY });
        }}
        isValidConnection={isValidConnection}
        connectionLineComponent={DrawnWire}
        connectionLineType={ConnectionLineType.Bezier}
        connectionRadius={28}
        reconnectRadius={12}
        snapToGrid
        snapGrid={SNAP}
        selectionMode={SelectionMode.Partial}
        multiSelectionKeyCode={ADD_KEYS}
        selectionKeyCode="Shift"
        panActivationKeyCode="Space"
        panOnDrag={PAN_BUTTONS}
        deleteKeyCode={null}
        zoomOnDoubleClick={false}
        minZoom={0.1}
        maxZoom={2.5}
        elevateEdgesOnSelect={false}
        attributionPosition="bottom-center"
      >
        <Background variant={BackgroundVariant.Dots} gap={GRID} size={1.5} color="var(--color-canvas-dot)" />
        {hasMinimap && !isEmpty && <Overview />}
      </ReactFlow>
      <Breadcrumbs />
      <FindBar />
      <CanvasControls handle={handle} hasMinimap={hasMinimap} />
      {isEmpty && <EmptyCanvas />}
      {request !== null && (
        <QuickAdd
          key={`${request.box.x} ${request.box.y}`}
          request={request}
          limits={{
            width: container.current?.clientWidth ?? 800,
            height: container.current?.clientHeight ?? 600,
          }}
          onPick={pick}
          onClose={() => setRequest(null)}
        />
      )}
      <CanvasTooltip container={container} />
      <CanvasMenu container={container} />
      {children}
    </section>
  );
}

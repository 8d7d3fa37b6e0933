import { type RefObject, useEffect, useMemo, useState } from "react";
import { indexOf } from "../graph/document";
import { graphStore } from "../graph/graph-store";
import { select, selectedParts, selectionStore } from "../graph/selection-store";
import type { Position } from "../graph/types";
import { CommandItem } from "../palette/command-item";
import { Menu, MenuSeparator, Submenu } from "../ui/menu";
import { nodeAt, wireAt } from "./under-pointer";

interface Request {
  readonly at: Position;
  readonly on: "nodes" | "frame" | "wire" | "canvas";
}

const ITEMS: Readonly<Record<Request["on"], readonly (readonly string[])[]>> = {
  nodes: [
    ["edit.cut", "edit.copy", "edit.duplicate"],
    ["edit.rename", "edit.connect", "view.fit-selection"],
    ["edit.bypass", "edit.freeze"],
    ["go.into-block", "selection.group", "selection.ungroup", "selection.frame"],
    ["edit.delete-and-heal", "edit.delete"],
  ],
  wire: [["edit.delete"]],
  frame: [
    ["edit.cut", "edit.copy", "edit.duplicate"],
    ["edit.rename", "view.fit-selection", "selection.fit-frame"],
    ["selection.collapse-frame", "selection.frame", "selection.unframe"],
    ["edit.delete"],
  ],
  canvas: [
    ["add.node", "add.note"],
    ["edit.paste", "edit.paste-with-wires", "selection.all"],
    ["view.fit", "view.find", "view.node-list", "selection.tidy"],
  ],
};

const ARRANGE: readonly (readonly string[])[] = [
  ["selection.align-left", "selection.align-center", "selection.align-right"],
  ["selection.align-top", "selection.align-middle", "selection.align-bottom"],
  ["selection.distribute-across", "selection.distribute-down"],
  ["selection.tidy"],
];

/** Right click: what can be done with what is under the pointer. All of it are commands, so shortcuts are shown too. */
export function CanvasMenu({ container }: { container: RefObject<HTMLElement | null> }) {
  const [request, setRequest] = useState<Request | null>(null);

  useEffect(() => {
    const element = container.current;
    const onContextMenu = (event: MouseEvent) => {
      if (event.target instanceof Element && event.target.closest("input, textarea, [role=dialog]")) return;
      event.preventDefault();
      const at = { x: event.clientX, y: event.clientY };
      setRequest({ at, on: selectAt(at) });
    };
    element?.addEventListener("contextmenu", onContextMenu);
    return () => element?.removeEventListener("contextmenu", onContextMenu);
  }, [container]);

  const anchor = useMemo(() => {
    const { x, y } = request?.at ?? { x: 0, y: 0 };
    return { getBoundingClientRect: () => new DOMRect(x, y, 0, 0) };
  }, [request]);

  if (request === null) return null;
  return (
    <Menu open onOpenChange={(open) => !open && setRequest(null)} anchor={anchor} label="Canvas">
      {ITEMS[request.on].map((ids, place) => (
        <div key={ids[0]} role="presentation">
          {place > 0 && <MenuSeparator />}
          {ids.map((id) => (
            <CommandItem key={id} id={id} />
          ))}
        </div>
      ))}
      {selectedParts().size > 1 && (
        <>
          <MenuSeparator />
          <Submenu label="Arrange">
            {ARRANGE.map((ids, place) => (
              <div key={ids[0]} role="presentation">
                {place > 0 && <MenuSeparator />}
                {ids.map((id) => (
                  <CommandItem key={id} id={id} />
                ))}
              </div>
            ))}
          </Submenu>
        </>
      )}
    </Menu>
  );
}

/** A right click on something that is not selected selects it. */
function selectAt(at: Position): Request["on"] {
  const node = nodeAt(at);
  if (node !== null) {
    if (!selectedParts().has(node)) select([node]);
    const { frames } = indexOf(graphStore.getState().document);
    return [...selectedParts()].every((id) => frames.has(id)) ? "frame" : "nodes";
  }
  const wire = wireAt(at);
  if (wire === null) return "canvas";
  const id = `${wire.node}.${wire.port}`;
  if (!selectionStore.getState().wires.has(id)) select([], [id]);
  return "wire";
}

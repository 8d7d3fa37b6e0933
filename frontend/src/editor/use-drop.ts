import { type DragEvent, useMemo } from "react";
import { addKind, placeUnder } from "../editing/actions";
import { canvas } from "../editing/canvas-handle";
import { kindOfItem } from "../graph/block-kinds";
import { throughPorts } from "../graph/fits";
import { KIND_MIME } from "../palette/kind-drag";
import { markDropTarget, wireAt } from "./under-pointer";

/** Library items dropped on the canvas or on a wire, and files dropped anywhere on it. */
export function useDrop(onFile: (file: File) => void) {
  return useMemo(() => {
    const onDragOver = (event: DragEvent) => {
      const { types } = event.dataTransfer;
      if (types.includes(KIND_MIME)) {
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
        markDropTarget(wireAt({ x: event.clientX, y: event.clientY }));
      } else if (types.includes("Files")) {
        event.preventDefault();
      }
    };
    const onDragLeave = () => markDropTarget(null);
    const onDrop = (event: DragEvent) => {
      const screen = { x: event.clientX, y: event.clientY };
      const kind = kindOfItem(event.dataTransfer.getData(KIND_MIME));
      const [file] = event.dataTransfer.files;
      const place = canvas()?.toCanvas(screen);
      markDropTarget(null);
      if (kind !== undefined && place !== undefined) {
        event.preventDefault();
        const into = throughPorts(kind) === null ? null : wireAt(screen);
        addKind(kind, { at: placeUnder(place), into: into ?? undefined });
      } else if (file !== undefined) {
        event.preventDefault();
        onFile(file);
      }
    };
    return { onDragOver, onDragLeave, onDrop };
  }, [onFile]);
}

import type { DraggedPort } from "../graph/fits";
import type { Position } from "../graph/types";

export interface RevealOptions {
  /** False leaves the focus where it is: in the field that is typed in. */
  readonly focus?: boolean;
}

/** What commands and other panels can ask of the canvas, while there is one. Screen places are those of pointer events. */
export interface CanvasHandle {
  readonly fitView: (ids?: readonly string[], milliseconds?: number) => void;
  readonly zoomBy: (factor: number) => void;
  readonly zoomTo: (zoom: number) => void;
  /** Bring a node to the middle, select it and give it the focus. */
  readonly reveal: (id: string, options?: RevealOptions) => void;
  /** Give the canvas itself the focus. */
  readonly focus: () => void;
  /** Open the search for a kind to add, at the pointer or in the middle. */
  readonly openSearch: (at?: Position, dragged?: DraggedPort) => void;
  readonly toCanvas: (screen: Position) => Position;
  /** The middle of what is seen, in canvas coordinates. */
  readonly center: () => Position;
  /** Where the pointer is on the canvas, or null when it is elsewhere. */
  readonly pointer: () => Position | null;
  /** How large a part is drawn, in canvas pixels; null before it is. */
  readonly sizeOf: (id: string) => { readonly width: number; readonly height: number } | null;
  readonly toggleMinimap: () => void;
}

let present: CanvasHandle | null = null;

export function setCanvas(handle: CanvasHandle | null): void {
  present = handle;
}

export function canvas(): CanvasHandle | null {
  return present;
}

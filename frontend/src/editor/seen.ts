import type { Node, Viewport } from "@xyflow/react";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Whether a node is seen whole in a canvas of this size. */
export function isInside(node: Node, { x, y, zoom }: Viewport, { width, height }: Size): boolean {
  const left = node.position.x * zoom + x;
  const top = node.position.y * zoom + y;
  const right = left + (node.measured?.width ?? node.width ?? 0) * zoom;
  const bottom = top + (node.measured?.height ?? node.height ?? 0) * zoom;
  return left >= 0 && top >= 0 && right <= width && bottom <= height;
}

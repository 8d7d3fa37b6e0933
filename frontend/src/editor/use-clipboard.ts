import { useEffect } from "react";
import { canvas } from "../editing/canvas-handle";
import { copySelection, cutSelection, pasteText } from "../editing/copying";
import { notify } from "../ui/toast";

const TYPING = "input, textarea, select, [contenteditable=true], [role=dialog]";

/**
 * Copy, cut and paste through the browser's own events: they need no permission, work on any address, and carry text
 * between windows. With Shift held, paste keeps the incoming wires.
 */
export function useClipboard(): void {
  useEffect(() => {
    let shift = false;
    const onKey = (event: KeyboardEvent) => {
      shift = event.shiftKey;
    };
    const isOurs = (event: ClipboardEvent) => {
      const target = event.target instanceof Element ? event.target : null;
      const marked = window.getSelection();
      return !target?.closest(TYPING) && (marked === null || marked.isCollapsed);
    };
    const write = (take: () => string | null) => (event: ClipboardEvent) => {
      const text = isOurs(event) ? take() : null;
      if (text === null) return;
      event.preventDefault();
      event.clipboardData?.setData("text/plain", text);
    };
    const onPaste = (event: ClipboardEvent) => {
      const text = isOurs(event) ? (event.clipboardData?.getData("text/plain") ?? "") : "";
      if (text === "") return;
      event.preventDefault();
      const pasted = pasteText(text, { keepIncoming: shift, at: canvas()?.pointer() ?? undefined });
      if (!pasted) {
        notify({
          title: "Nothing to paste",
          description: "The clipboard holds no nodes copied from Wiregrad.",
        });
      }
    };
    const onCopy = write(copySelection);
    const onCut = write(cutSelection);
    window.addEventListener("keydown", onKey, true);
    document.addEventListener("copy", onCopy);
    document.addEventListener("cut", onCut);
    document.addEventListener("paste", onPaste);
    return () => {
      window.removeEventListener("keydown", onKey, true);
      document.removeEventListener("copy", onCopy);
      document.removeEventListener("cut", onCut);
      document.removeEventListener("paste", onPaste);
    };
  }, []);
}

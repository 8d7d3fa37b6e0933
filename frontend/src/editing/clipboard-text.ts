import { notify } from "../ui/toast";
import { copiedText, type PasteTarget, pasteText } from "./copying";

/** The clipboard from menus and the palette, where the browser sends no event of its own. */

export async function writeClipboard(text: string | null): Promise<void> {
  if (text === null) return;
  // Refused on plain http from another machine; pasting in this window works all the same.
  await navigator.clipboard?.writeText(text).catch(() => undefined);
}

export async function pasteFromClipboard(target: PasteTarget): Promise<void> {
  const text = (await navigator.clipboard?.readText().catch(() => null)) ?? copiedText();
  if (text !== null && pasteText(text, target)) return;
  notify({ title: "Nothing to paste", description: "The clipboard holds no nodes copied from Wiregrad." });
}

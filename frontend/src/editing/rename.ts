/** A command asks a card to let its name be edited in place; the card listens. */
const RENAME_EVENT = "wiregrad:rename";

export function startRename(id: string): void {
  window.dispatchEvent(new CustomEvent(RENAME_EVENT, { detail: id }));
}

export function onRename(id: string, start: () => void): () => void {
  const listen = (event: Event) => {
    if ((event as CustomEvent<string>).detail === id) start();
  };
  window.addEventListener(RENAME_EVENT, listen);
  return () => window.removeEventListener(RENAME_EVENT, listen);
}

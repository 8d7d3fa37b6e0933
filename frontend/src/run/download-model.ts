import { modelAddress } from "../net/requests";
import type { RunRecord } from "../net/types";

/** Take the trained graph away as one file. A link, because a refusal must not replace the page. */
export function downloadModel({ id }: RunRecord): void {
  const link = document.createElement("a");
  link.href = modelAddress(id);
  link.download = "";
  link.click();
}

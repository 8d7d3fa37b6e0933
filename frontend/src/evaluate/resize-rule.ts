import type { DatasetDetail } from "../net/types";

const RULES: Readonly<Record<string, string>> = {
  crop: "scaled to cover it and cut about the middle",
  fit: "scaled to fit into it and padded with black",
  stretch: "stretched to it",
};
const USUAL = "crop";

/** How a picture of another size becomes what the model takes: as those that it was trained with did. */
export function resizeRule(
  origin: DatasetDetail["origin"] | undefined,
  { height, width }: { height: number; width: number },
): string {
  const chosen = origin?.options["resize"];
  const rule = RULES[typeof chosen === "string" ? chosen : USUAL] ?? RULES[USUAL];
  return `Brought to ${height} × ${width} as the training pictures were: ${rule}.`;
}

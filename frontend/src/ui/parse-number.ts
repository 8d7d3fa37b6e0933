export interface NumberRules {
  integer?: boolean | undefined;
  min?: number | undefined;
  max?: number | undefined;
  exclusiveMin?: number | undefined;
  exclusiveMax?: number | undefined;
}

export type ParsedNumber = { ok: true; value: number } | { ok: false; error: string };

/** Reads what a person typed: "0.01", "1e-3", "1,000", "−2". Says what would be right when it is not a number. */
export function parseNumber(text: string, rules: NumberRules = {}): ParsedNumber {
  const plain = text
    .trim()
    .replace(/[\u2212\u2013]/g, "-")
    .replace(/(?<=\d)[,\u00a0 _](?=\d{3}(\D|$))/g, "");
  const value = Number(plain);
  if (plain === "" || !Number.isFinite(value)) {
    return { ok: false, error: `A number is needed, such as ${rules.integer ? "10" : "0.01 or 1e-3"}.` };
  }
  if (rules.integer && !Number.isInteger(value)) return { ok: false, error: "A whole number is needed." };
  if (rules.min !== undefined && value < rules.min) return { ok: false, error: `At least ${rules.min}.` };
  if (rules.max !== undefined && value > rules.max) return { ok: false, error: `At most ${rules.max}.` };
  if (rules.exclusiveMin !== undefined && value <= rules.exclusiveMin) {
    return { ok: false, error: `More than ${rules.exclusiveMin}.` };
  }
  if (rules.exclusiveMax !== undefined && value >= rules.exclusiveMax) {
    return { ok: false, error: `Less than ${rules.exclusiveMax}.` };
  }
  return { ok: true, value };
}

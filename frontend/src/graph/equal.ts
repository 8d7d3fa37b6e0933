/** Whether two JSON values say the same, whatever the order of their keys. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || (a === 0 && b === 0)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && sameJson(left[key], right[key]))
  );
}

/** `after`, with every part that says the same as before replaced by the old object, so that it counts as unchanged. */
export function shareEqual<Value>(before: unknown, after: Value): Value {
  if (Object.is(before, after)) return after;
  if (typeof before !== "object" || typeof after !== "object" || before === null || after === null)
    return after;
  if (Array.isArray(after)) {
    if (!Array.isArray(before)) return after;
    const shared = after.map((item, place) => shareEqual(before[place], item));
    const same = before.length === shared.length && shared.every((item, place) => item === before[place]);
    return (same ? before : shared) as Value;
  }
  if (Array.isArray(before)) return after;
  const [old, fresh] = [before as Record<string, unknown>, after as Record<string, unknown>];
  const keys = Object.keys(fresh);
  const shared = Object.fromEntries(keys.map((key) => [key, shareEqual(old[key], fresh[key])]));
  const same =
    Object.keys(old).length === keys.length &&
    keys.every((key) => Object.hasOwn(old, key) && shared[key] === old[key]);
  return (same ? old : shared) as Value;
}

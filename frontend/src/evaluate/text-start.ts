/** The different characters of a text that are none of the known ones, in the order of their appearance. */
export function strangers(text: string, known: readonly string[]): string[] {
  const familiar = new Set(known);
  return [...new Set(text)].filter((character) => !familiar.has(character));
}

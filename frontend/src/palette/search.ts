/**
 * How well a query fits a text: 0 not at all, more is better. Words in any order, beginnings of words first. In a short
 * text, such as a title, letters may also be spread.
 */
function score(query: string, text: string, isShort: boolean): number {
  const wanted = words(query);
  if (wanted.length === 0) return 1;
  const present = text.toLowerCase();
  let total = 0;
  for (const word of wanted) {
    const fit = scoreWord(word, present) || (isShort && word.length >= 2 && isSpread(word, present) ? 10 : 0);
    if (fit === 0) return 0;
    total += fit;
  }
  return total / wanted.length;
}

function scoreWord(word: string, text: string): number {
  if (text === word) return 100;
  if (text.startsWith(word)) return 80;
  const at = text.indexOf(word);
  if (at > 0) return /[\s_\-.(]/.test(text[at - 1] ?? "") ? 60 : 35;
  return 0;
}

/** The letters of the word stand in the text in this order: "bn" in "batchnorm". */
function isSpread(word: string, text: string): boolean {
  let place = 0;
  for (const letter of text) {
    if (letter === word[place]) place += 1;
  }
  return place === word.length;
}

function words(query: string): string[] {
  return query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
}

export interface Searchable {
  /** What is matched first, and what counts less. */
  readonly title: string;
  readonly more?: string;
}

/** The items that fit, best first; all of them, in their order, for an empty query. */
export function search<Item>(
  items: readonly Item[],
  query: string,
  textOf: (item: Item) => Searchable,
): Item[] {
  if (query.trim() === "") return [...items];
  return items
    .map((item, place) => {
      const { title, more = "" } = textOf(item);
      const best = Math.max(score(query, title, true), score(query, `${title} ${more}`, false) / 4);
      return { item, place, best };
    })
    .filter(({ best }) => best > 0)
    .toSorted((a, b) => b.best - a.best || a.place - b.place)
    .map(({ item }) => item);
}

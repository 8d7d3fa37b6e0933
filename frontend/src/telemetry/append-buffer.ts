/** Numbers that only grow at the end, in one typed array that doubles. NaN stands for "not a number there". */
export class AppendBuffer {
  private numbers = new Float64Array(256);
  private count = 0;

  get length(): number {
    return this.count;
  }

  push(value: number): void {
    this.set(this.count, value);
  }

  /** Write at a place; places that were skipped hold NaN. */
  set(place: number, value: number): void {
    if (place >= this.numbers.length) this.grow(place + 1);
    if (place > this.count) this.numbers.fill(Number.NaN, this.count, place);
    this.numbers[place] = value;
    this.count = Math.max(this.count, place + 1);
  }

  /** Keep the first so many. */
  truncate(count: number): void {
    this.count = Math.min(this.count, count);
  }

  at(place: number): number {
    return place < this.count ? (this.numbers[place] as number) : Number.NaN;
  }

  get last(): number {
    return this.at(this.count - 1);
  }

  /** What is there so far. A view: valid until the next write. */
  view(): Float64Array {
    return this.numbers.subarray(0, this.count);
  }

  private grow(needed: number): void {
    const larger = new Float64Array(Math.max(needed, this.numbers.length * 2));
    larger.set(this.numbers.subarray(0, this.count));
    this.numbers = larger;
  }
}

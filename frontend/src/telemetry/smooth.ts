/**
 * The exponential moving average of a curve, corrected for its start (Kingma & Ba 2014, section 3): the first value
 * is the first value, not a tenth of it. `weight` is the share of the past, 0 (raw) to just below 1. A gap (NaN) stays
 * a gap and leaves the average as it was.
 */
export class Smoother {
  private average = 0;
  private remaining = 1;

  constructor(readonly weight: number) {}

  next(value: number): number {
    if (!Number.isFinite(value)) return Number.NaN;
    this.average = this.weight * this.average + (1 - this.weight) * value;
    this.remaining *= this.weight;
    return this.average / (1 - this.remaining);
  }
}

/** Smooths a growing buffer, each value once. */
export class SmoothedView {
  private smoother: Smoother;
  private done = 0;
  private numbers = new Float64Array(256);

  constructor(weight: number) {
    this.smoother = new Smoother(weight);
  }

  update(raw: Float64Array): Float64Array {
    if (this.smoother.weight === 0) return raw;
    if (raw.length < this.done) this.restart();
    if (raw.length > this.numbers.length) {
      const larger = new Float64Array(Math.max(raw.length, this.numbers.length * 2));
      larger.set(this.numbers.subarray(0, this.done));
      this.numbers = larger;
    }
    for (; this.done < raw.length; this.done++) {
      this.numbers[this.done] = this.smoother.next(raw[this.done] as number);
    }
    return this.numbers.subarray(0, raw.length);
  }

  /** The end was taken away, and with it what the average had seen. */
  private restart(): void {
    this.smoother = new Smoother(this.smoother.weight);
    this.done = 0;
  }
}

/** How fast a run goes, from the times at which its steps were reported. */
export class Pace {
  private readonly reports: { readonly time: number; readonly step: number }[] = [];

  /** Seconds of the recent past that count. */
  constructor(private readonly window = 8) {}

  report(time: number, step: number): void {
    this.reports.push({ time, step });
    while (this.reports.length > 2 && time - (this.reports[1]?.time ?? time) > this.window)
      this.reports.shift();
  }

  /** The clock went on without steps (a pause, a break): what was before says nothing about now. */
  restart(): void {
    this.reports.length = 0;
  }

  get stepsPerSecond(): number | null {
    const first = this.reports[0];
    const last = this.reports.at(-1);
    if (first === undefined || last === undefined || last.time <= first.time) return null;
    return (last.step - first.step) / (last.time - first.time);
  }

  /** Seconds until `total` steps are done, at the present pace. */
  timeLeft(step: number, total: number | null): number | null {
    const pace = this.stepsPerSecond;
    if (pace === null || pace <= 0 || total === null) return null;
    return Math.max(0, total - step) / pace;
  }
}

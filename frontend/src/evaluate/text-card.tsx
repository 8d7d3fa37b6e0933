import { PenLine } from "lucide-react";
import { useState } from "react";
import { messageOf } from "../api/error";
import { type TextAbility, useContinueText } from "../net/texts";
import { formatCount } from "../telemetry/format";
import { Banner } from "../ui/banner";
import { Button } from "../ui/button";
import { Slider } from "../ui/slider";
import { TextArea } from "../ui/text-field";
import styles from "./text-card.module.css";
import { strangers } from "./text-start";

const LENGTH = 200;
const HOTTEST = 2;

/** What is on show: it stays while the next one is written. */
interface Written {
  readonly start: string;
  readonly text: string;
  readonly step: number;
}

/** Have the trained graph write on from a beginning. Each press of the button draws anew. */
export function TextCard({ runId, text }: { runId: string; text: TextAbility }) {
  const [start, setStart] = useState("");
  const [temperature, setTemperature] = useState(0.8);
  const [seed, setSeed] = useState(0);
  const [written, setWritten] = useState<Written | null>(null);
  const { mutate, error, isPending } = useContinueText(runId);
  const unknown = strangers(start, text.characters);
  const go = () => {
    const request = { start, length: LENGTH, temperature, seed };
    mutate(request, { onSuccess: (answer) => setWritten({ start, ...answer }) });
    setSeed(seed + 1);
  };
  return (
    <section className={styles.card} aria-label="Continue a text" data-testid="text-card">
      <h3 className={styles.name}>Continue a text</h3>
      <TextArea
        label="Beginning"
        data-testid="text-start"
        rows={2}
        spellCheck={false}
        maxLength={10_000}
        placeholder="A few words"
        description={`It reads the last ${text.window} characters and knows ${text.characters.length} different ones.`}
        error={unknown.length > 0 ? `It never saw ${unknown.join(" ")} in training.` : undefined}
        value={start}
        onValueChange={setStart}
      />
      <div className={styles.controls}>
        <span className={styles.word} aria-hidden>
          Temperature {temperature.toFixed(1)}
        </span>
        <Slider
          label="Temperature"
          value={temperature}
          min={0}
          max={HOTTEST}
          step={0.1}
          text={temperature === 0 ? "0, always the likeliest" : temperature.toFixed(1)}
          onValueChange={setTemperature}
        />
        <Button
          icon={PenLine}
          data-testid="continue-text"
          disabledReason={whyNot(start, unknown, isPending)}
          onClick={go}
        >
          Continue
        </Button>
      </div>
      {error !== null && (
        <Banner tone="danger" title="It could not continue">
          {messageOf(error)}
        </Banner>
      )}
      {written !== null && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard.
        <output className={styles.text} tabIndex={0} aria-busy={isPending} data-testid="continued-text">
          <b>{written.start}</b>
          {written.text}
        </output>
      )}
      {written !== null && (
        <p className={styles.source}>After step {formatCount(written.step)}. Press again for another one.</p>
      )}
    </section>
  );
}

function whyNot(start: string, unknown: readonly string[], isPending: boolean): string | undefined {
  if (isPending) return "It is writing.";
  if (start === "") return "Write how the text begins.";
  return unknown.length > 0 ? "Change the characters that it does not know." : undefined;
}

import { ScrollText } from "lucide-react";
import { useEffect, useRef } from "react";
import type { RunTelemetry } from "../telemetry/run-telemetry";
import { EmptyState } from "../ui/empty-state";
import { MessageText } from "./message-text";
import styles from "./run-log.module.css";
import { useRunSession, useVersion } from "./use-run";

const TIME = new Intl.DateTimeFormat("en", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

export function RunLog() {
  const telemetry = useRunSession((session) => session.telemetry);
  if (telemetry === null) {
    return (
      <EmptyState icon={ScrollText} title="No log yet">
        What a run says while it trains is kept here.
      </EmptyState>
    );
  }
  return <Lines telemetry={telemetry} />;
}

/** Stays at the newest line unless somebody scrolled up. */
function Lines({ telemetry }: { telemetry: RunTelemetry }) {
  useVersion(telemetry);
  const list = useRef<HTMLOListElement>(null);
  const stays = useRef(true);
  const count = telemetry.log.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new line is the reason to scroll.
  useEffect(() => {
    const element = list.current;
    if (element !== null && stays.current) element.scrollTop = element.scrollHeight;
  }, [count]);
  return (
    <ol
      ref={list}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard.
      tabIndex={0}
      className={styles.log}
      aria-label="Log of the run"
      data-testid="run-log"
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        stays.current = scrollTop + clientHeight > scrollHeight - 8;
      }}
    >
      {telemetry.log.map(({ seq, time, level, text }) => (
        <li key={seq} data-level={level}>
          <time dateTime={new Date(time * 1000).toISOString()}>{TIME.format(time * 1000)}</time>
          <span>
            <MessageText>{text}</MessageText>
          </span>
        </li>
      ))}
    </ol>
  );
}

import { messageOf } from "../api/error";
import { useHealth } from "../net/queries";
import { isOffline, queryClient } from "../net/query-client";
import type { Health } from "../net/types";
import { Banner } from "../ui/banner";
import { Button } from "../ui/button";
import styles from "./health-notices.module.css";

/** What is missing on this machine and how to get it. Silent when nothing is. */
export function HealthNotices() {
  const { data, error, isFetching } = useHealth();
  if (error !== null) {
    return (
      <Banner
        tone="danger"
        title="The server does not answer"
        actions={
          <Button size="sm" disabled={isFetching} onClick={() => void queryClient.refetchQueries()}>
            {isFetching ? "Trying" : "Try again"}
          </Button>
        }
      >
        {isOffline(error) ? "It was stopped, or the network is gone." : messageOf(error)} Start it with{" "}
        <code>uv run wiregrad</code>, then try again.
      </Banner>
    );
  }
  return data === undefined ? null : <Notices health={data} />;
}

function Notices({ health }: { health: Health }) {
  const usable = health.backends.filter(({ available }) => available);
  const missing = health.backends.filter(({ available }) => !available);
  return (
    <>
      {!health.ok && (
        <Banner tone="danger" title="The database does not answer">
          Graphs and runs cannot be stored in <code>{health.data_dir}</code>. Check that the folder can be
          written to and that its disk is not full, then start Wiregrad again.
        </Banner>
      )}
      {usable.length === 0 && (
        <Banner tone="danger" title="Nothing to compute on">
          {missing.map(({ name, missing: remedy }) => `${name}: ${remedy ?? "not available"}`).join(" ")}
        </Banner>
      )}
      {usable.length > 0 && (
        <p className={styles.line} data-testid="health-line">
          Trains on this machine: {list(usable.map(({ device }) => device))}.
          {missing.map(({ name, missing: remedy }) => (
            <span key={name}>
              {" "}
              Without {name}: {remedy ?? "it is not available on this machine."}
            </span>
          ))}
        </p>
      )}
    </>
  );
}

function list(words: readonly string[]): string {
  return new Intl.ListFormat("en").format(words);
}

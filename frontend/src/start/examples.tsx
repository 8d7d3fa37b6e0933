import { useQueries } from "@tanstack/react-query";
import { useEffect } from "react";
import { messageOf } from "../api/error";
import { loadCatalogue } from "../graph/catalogue-store";
import type { GraphDocument, Report } from "../graph/types";
import { useExamples } from "../net/queries";
import { isOffline } from "../net/query-client";
import { checkGraph } from "../net/requests";
import type { ExampleGraph } from "../net/types";
import { Banner } from "../ui/banner";
import { Button } from "../ui/button";
import { Spinner } from "../ui/spinner";
import styles from "./examples.module.css";
import { GraphPicture } from "./graph-picture";
import { GOAL_WORDS, GOALS, goalOf } from "./groups";

interface ExamplesProps {
  onOpen: (graph: GraphDocument) => void;
  disabled: boolean;
}

interface Checked {
  readonly example: ExampleGraph;
  readonly report: Report | null;
  readonly isChecking: boolean;
}

/** The graphs that come with the product, by what a person comes for. */
export function Examples({ onOpen, disabled }: ExamplesProps) {
  const { data, error, refetch, isPending } = useExamples();
  const checked = useChecked(data ?? []);
  useEffect(() => {
    // The thumbnails take their colors from the kinds' categories.
    void loadCatalogue();
  }, []);

  if (isOffline(error)) return null;
  if (error !== null) {
    return (
      <Banner
        tone="warning"
        title="The examples could not be read"
        actions={
          <Button size="sm" onClick={() => void refetch()}>
            Try again
          </Button>
        }
      >
        {messageOf(error)}
      </Banner>
    );
  }
  // What a check finds decides where a card belongs: cards that jump from group to group could not be clicked.
  if (isPending || checked.some(({ isChecking }) => isChecking))
    return <Spinner>Reading the examples</Spinner>;
  const groups = Map.groupBy(checked, ({ example, report }) => goalOf(example.graph, report));
  return GOALS.filter((goal) => groups.has(goal)).map((goal) => (
    <section key={goal} className={styles.group} aria-label={goal}>
      <header className={styles.head}>
        <h2 className={styles.heading}>{goal}</h2>
        <p className={styles.words}>{GOAL_WORDS[goal]}</p>
      </header>
      <div className={styles.cards}>
        {groups.get(goal)?.map(({ example, report }) => (
          <button
            key={example.id}
            type="button"
            className={styles.card}
            disabled={disabled}
            data-testid={`example-${example.id}`}
            onClick={() => onOpen(example.graph)}
          >
            <GraphPicture graph={example.graph} report={report} />
            <span className={styles.text}>
              <span className={styles.name}>{example.name}</span>
              <span className={styles.goal}>{example.goal}</span>
            </span>
          </button>
        ))}
      </div>
    </section>
  ));
}

function useChecked(examples: readonly ExampleGraph[]): readonly Checked[] {
  const reports = useQueries({
    queries: examples.map(({ id, graph }) => ({
      queryKey: ["example-report", id],
      queryFn: ({ signal }: { signal: AbortSignal }) => checkGraph(graph, signal),
      staleTime: Number.POSITIVE_INFINITY,
    })),
  });
  return examples.map((example, place) => ({
    example,
    report: reports[place]?.data ?? null,
    isChecking: reports[place]?.isPending ?? true,
  }));
}

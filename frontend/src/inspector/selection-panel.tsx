import type { ReactNode } from "react";
import { isEnabled } from "../commands/define-command";
import { command, runCommand } from "../commands/registry";
import { formatCount, plural } from "../graph/describe";
import { useGraph } from "../graph/graph-store";
import { Button } from "../ui/button";
import { ArrangeButtons } from "./arrange-buttons";
import { CostList } from "./costs";
import styles from "./inspector.module.css";
import { Section } from "./section";

/** Not there where it would do nothing. */
function CommandButton({ id, children }: { id: string; children: ReactNode }) {
  return isEnabled(command(id)) ? <Button onClick={() => runCommand(id)}>{children}</Button> : null;
}

export function SelectionPanel({ ids }: { ids: readonly string[] }) {
  const nodes = useGraph((state) => state.report?.nodes);
  const sum = (of: "parameters" | "multiply_adds") =>
    ids.reduce((total, id) => total + (nodes?.[id]?.[of] ?? 0), 0);
  return (
    <>
      <header className={styles.header}>
        <h2 className={styles.title}>{plural(ids.length, "part")} selected</h2>
        <p className={styles.about}>Drag one to move them all. Settings appear when one is selected.</p>
      </header>
      <Section title="Arrange">
        <ArrangeButtons />
      </Section>
      <Section title="Together">
        <CostList
          costs={[
            ["Parameters", formatCount(sum("parameters"))],
            ["Multiply-adds per sample", formatCount(sum("multiply_adds"))],
          ]}
        />
        <div className={styles.buttons}>
          <CommandButton id="edit.bypass">Bypass</CommandButton>
          <CommandButton id="edit.freeze">Freeze</CommandButton>
          <Button onClick={() => runCommand("edit.duplicate")}>Duplicate</Button>
          <Button variant="danger" onClick={() => runCommand("edit.delete")}>
            Delete
          </Button>
        </div>
      </Section>
    </>
  );
}

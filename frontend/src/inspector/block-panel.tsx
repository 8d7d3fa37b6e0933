import { goOut } from "../editing/scoping";
import { portNames, setDefinition, usesOf } from "../graph/blocks";
import { plural } from "../graph/describe";
import { endGesture, transactWhole, useGraph } from "../graph/graph-store";
import { definitionAt } from "../graph/scope";
import { Button } from "../ui/button";
import { TextArea, TextField } from "../ui/text-field";
import { CostList } from "./costs";
import styles from "./inspector.module.css";
import { Section } from "./section";

/** Inside a block with nothing selected: the block itself. */
export function BlockPanel() {
  const whole = useGraph((state) => state.whole);
  const block = useGraph((state) => definitionAt(state.whole, state.scope));
  if (block === null) return null;
  const { inputs, outputs } = portNames(block);
  const uses = usesOf(whole, block.id);
  const change = (label: string, part: { name?: string; description?: string }, gesture: string) =>
    transactWhole(label, (draft) => setDefinition(draft, block.id, part), `${gesture}:${block.id}`);
  return (
    <>
      <header className={styles.header}>
        <h2 className={styles.title}>Block</h2>
        <p className={styles.about}>
          {uses > 1
            ? `${plural(uses, "node")} of this graph are uses of it: a change here changes them all.`
            : "Drawn once, and used as a node as often as you like. Add Block input and Block output for more ports."}
        </p>
      </header>
      <Section title="About">
        <TextField
          label="Name"
          data-testid="field-block-name"
          value={block.name}
          maxLength={128}
          onValueChange={(name) => change("Rename block", { name }, "block-name")}
          onBlur={endGesture}
        />
        <TextArea
          label="Description"
          rows={3}
          value={block.description}
          onValueChange={(description) => change("Describe block", { description }, "block-description")}
          onBlur={endGesture}
        />
      </Section>
      <Section title="Ports">
        <CostList
          costs={[
            ["Inputs", inputs.join(", ") || "none"],
            ["Outputs", outputs.join(", ") || "none"],
          ]}
        />
        <div className={styles.buttons}>
          <Button onClick={goOut}>Leave the block</Button>
        </div>
      </Section>
    </>
  );
}

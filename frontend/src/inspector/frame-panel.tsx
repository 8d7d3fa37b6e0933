import { runCommand } from "../commands/registry";
import { membersOf } from "../editing/framing";
import { isOpen } from "../graph/collapsing";
import { formatCount, plural } from "../graph/describe";
import { indexOf } from "../graph/document";
import { setFrame } from "../graph/frames";
import { endGesture, transact, useGraph } from "../graph/graph-store";
import { Button } from "../ui/button";
import { TextField } from "../ui/text-field";
import { ColorChoice } from "./color-choice";
import { CostList } from "./costs";
import styles from "./inspector.module.css";
import { Section } from "./section";

export function FramePanel({ id }: { id: string }) {
  const frame = useGraph((state) => indexOf(state.document).frames.get(id));
  const report = useGraph((state) => state.report);
  if (frame === undefined) return null;
  const members = membersOf(new Set([id]));
  const sum = (of: "parameters" | "multiply_adds") =>
    members.reduce((total, member) => total + (report?.nodes[member]?.[of] ?? 0), 0);
  return (
    <>
      <header className={styles.header}>
        <h2 className={styles.title}>Frame</h2>
        <p className={styles.about}>
          A place with a title. {plural(members.length, "part")} {members.length === 1 ? "lies" : "lie"} in it
          and {members.length === 1 ? "moves" : "move"} with it; nothing that is computed changes.
        </p>
      </header>
      <Section title="Settings">
        <TextField
          label="Title"
          data-testid="field-title"
          value={frame.title}
          maxLength={128}
          onValueChange={(title) =>
            transact("Name the frame", (draft) => setFrame(draft, id, { title }), `frame:${id}`)
          }
          onBlur={endGesture}
        />
        <ColorChoice
          value={frame.color}
          onChoose={(color) => transact("Color the frame", (draft) => setFrame(draft, id, { color }))}
        />
        <div className={styles.buttons}>
          <Button onClick={() => runCommand("selection.collapse-frame")}>
            {isOpen(frame) ? "Collapse" : "Open"}
          </Button>
          {isOpen(frame) && (
            <Button onClick={() => runCommand("selection.fit-frame")}>Fit to its parts</Button>
          )}
          <Button onClick={() => runCommand("selection.unframe")}>Remove, keep parts</Button>
        </div>
      </Section>
      <Section title="What is in it">
        <CostList
          costs={[
            ["Parameters", formatCount(sum("parameters"))],
            ["Multiply-adds per sample", formatCount(sum("multiply_adds"))],
          ]}
        />
      </Section>
    </>
  );
}

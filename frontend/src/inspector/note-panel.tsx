import { indexOf } from "../graph/document";
import { endGesture, transact, useGraph } from "../graph/graph-store";
import { setNote } from "../graph/operations";
import { TextArea } from "../ui/text-field";
import styles from "./inspector.module.css";
import { Section } from "./section";

export function NotePanel({ id }: { id: string }) {
  const note = useGraph((state) => indexOf(state.document).notes.get(id));
  if (note === undefined) return null;
  return (
    <>
      <header className={styles.header}>
        <h2 className={styles.title}>Note</h2>
        <p className={styles.about}>
          Words for whoever reads the graph. They change nothing that is computed.
        </p>
      </header>
      <Section title="Text">
        <TextArea
          label="Text"
          hideLabel
          rows={10}
          data-testid="field-text"
          value={note.text}
          onValueChange={(text) =>
            transact("Write note", (draft) => setNote(draft, id, { text }), `note:${id}`)
          }
          onBlur={endGesture}
        />
      </Section>
    </>
  );
}

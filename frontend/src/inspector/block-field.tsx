import { Plus, SquareArrowOutDownRight } from "lucide-react";
import { defineFor, goInto } from "../editing/scoping";
import { portNames } from "../graph/blocks";
import { useGraph } from "../graph/graph-store";
import { Button } from "../ui/button";
import { Select } from "../ui/select";
import styles from "./inspector.module.css";

interface BlockFieldProps {
  readonly node: string;
  readonly label: string;
  readonly description: string | undefined;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Which of the document's blocks a node is a use of; from here it is opened, or a new one begun. */
export function BlockField({ node, label, description, value, onChange }: BlockFieldProps) {
  const blocks = useGraph((state) => state.whole.blocks);
  const isThere = blocks.some((block) => block.id === value);
  return (
    <div className={styles.nodesField}>
      <Select
        label={label}
        description={description}
        data-testid="field-block"
        value={isThere ? value : null}
        placeholder={value === "" ? "Choose" : `${value} (not in this graph)`}
        options={blocks.map((block) => ({
          value: block.id,
          label: block.name || block.id,
          detail: describePorts(portNames(block)),
        }))}
        onValueChange={onChange}
      />
      <div className={styles.buttons}>
        {isThere && (
          <Button size="sm" icon={SquareArrowOutDownRight} onClick={() => goInto(node)}>
            Open
          </Button>
        )}
        <Button size="sm" icon={Plus} onClick={() => defineFor(node)}>
          New block
        </Button>
      </div>
    </div>
  );
}

function describePorts({
  inputs,
  outputs,
}: {
  inputs: readonly string[];
  outputs: readonly string[];
}): string {
  return `${inputs.join(", ") || "nothing"} → ${outputs.join(", ") || "nothing"}`;
}

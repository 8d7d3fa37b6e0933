import { Fragment } from "react";
import { shallow } from "zustand/shallow";
import { runCommand } from "../commands/registry";
import { fixProblem } from "../editing/actions";
import { titleOf } from "../editing/labels";
import { useKind } from "../graph/catalogue-store";
import { isShown } from "../graph/describe";
import { indexOf } from "../graph/document";
import { endGesture, transact, useGraph } from "../graph/graph-store";
import { canBypass } from "../graph/leaving-out";
import { setLabel, setSetting } from "../graph/operations";
import { problemsOf } from "../graph/problems";
import type { GraphNode, JsonSchema, Kind, Settings as SettingValues } from "../graph/types";
import { KindMark } from "../palette/kind-mark";
import { Switch } from "../ui/switch";
import { TextField } from "../ui/text-field";
import { BlockField } from "./block-field";
import { ColumnPicker, useChosenDataset } from "./column-picker";
import { controlOf, defaultFor, describeRange, toText } from "./controls";
import { Costs } from "./costs";
import styles from "./inspector.module.css";
import { PortList } from "./port-list";
import { ProblemText } from "./problem-text";
import { ScheduleChart } from "./schedule-chart";
import { Section } from "./section";
import { SettingField, sentence } from "./setting-field";

export function NodePanel({ id }: { id: string }) {
  const document = useGraph((state) => state.document);
  const node = indexOf(document).nodes.get(id);
  const kind = useKind(node?.kind ?? "");
  const problems = useGraph((state) => problemsOf(state.report, id), shallow);
  const dataset = useChosenDataset();
  if (node === undefined) return null;
  const columns = node.kind === "Input" ? dataset : undefined;
  const title = titleOf(document, node);
  return (
    <>
      <header className={styles.header}>
        <h2 className={styles.title}>
          <KindMark category={kind?.category} />
          {title}
        </h2>
        <p className={styles.about}>
          {kind?.summary ?? `This Wiregrad does not know the kind “${node.kind}”. The node is kept as it is.`}
        </p>
      </header>
      {problems.length > 0 && (
        <div className={styles.problems}>
          {problems.map((problem) => (
            <ProblemText
              key={`${problem.code} ${problem.port} ${problem.message}`}
              problem={problem}
              onFix={fixProblem}
            />
          ))}
        </div>
      )}
      <Section title="Settings">
        <TextField
          label="Label"
          data-testid="field-label"
          value={node.label}
          placeholder={kind?.title ?? node.kind}
          maxLength={128}
          onValueChange={(label) =>
            transact(`Rename ${title}`, (draft) => setLabel(draft, id, label), `label:${id}`)
          }
          onBlur={endGesture}
        />
        {canBypass(node) && (
          <Switch
            label="Bypassed"
            description="Left out of the graph: what comes in goes out, where the types are the same."
            data-testid="field-bypassed"
            checked={node.bypassed}
            onCheckedChange={() => runCommand("edit.bypass")}
          />
        )}
        {columns !== undefined && <ColumnPicker node={node} dataset={columns} />}
        {kind === undefined ? (
          <RawSettings node={node} />
        ) : (
          <Settings node={node} kind={kind} hidden={columns === undefined ? null : "column"} />
        )}
      </Section>
      <Section title="Ports">
        <PortList id={id} />
      </Section>
      <Costs id={id} />
      {kind !== undefined && kind.help !== "" && (
        <Section title="How it works" isFolded>
          <p className={styles.help}>{kind.help}</p>
        </Section>
      )}
    </>
  );
}

/** `hidden` is a setting that is already edited elsewhere on the panel. */
function Settings({ node, kind, hidden }: { node: GraphNode; kind: Kind; hidden: string | null }) {
  const settings = { ...kind.default_settings, ...node.settings };
  const properties = Object.entries(kind.settings_schema.properties ?? {});
  const shown = properties.filter(([name, schema]) => name !== hidden && isShown(schema, settings));
  const set = (name: string, schema: JsonSchema, value: unknown) =>
    transact(
      `Set ${(schema.title ?? sentence(name)).toLowerCase()}`,
      (draft) => setSetting(draft, node.id, name, value),
      `setting:${node.id}.${name}`,
    );
  return shown.map(([name, schema]) =>
    schema["x-control"] === "block" ? (
      <BlockField
        key={name}
        node={node.id}
        label={schema.title ?? sentence(name)}
        description={schema.description}
        value={String(settings[name] ?? "")}
        onChange={(value) => {
          set(name, schema, value);
          endGesture();
        }}
      />
    ) : (
      <Fragment key={name}>
        <SettingField
          name={name}
          schema={schema}
          root={kind.settings_schema}
          value={settings[name]}
          defaultValue={kind.default_settings[name]}
          {...wordsOf(name, schema, kind, settings)}
          onChange={(value) => set(name, schema, value)}
          onDone={endGesture}
        />
        {schema["x-preview"] === "schedule" && <ScheduleChart settings={settings} />}
      </Fragment>
    ),
  );
}

/** The default and the range in words, and the default where an empty field stands for it. */
function wordsOf(name: string, schema: JsonSchema, kind: Kind, settings: SettingValues) {
  const control = controlOf(schema, kind.settings_schema);
  const standing = defaultFor(schema, settings, kind.default_settings, name);
  return {
    range: describeRange(schema, control, { ...kind.default_settings, [name]: standing }, name),
    placeholder: schema["x-default-by"] === undefined ? undefined : toText(control.control, standing),
  };
}

function RawSettings({ node }: { node: GraphNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard.
    <pre className={styles.raw} tabIndex={0}>
      {JSON.stringify(node.settings, null, 2)}
    </pre>
  );
}

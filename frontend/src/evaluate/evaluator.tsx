import { useState } from "react";
import { ApiError, messageOf } from "../api/error";
import { type Evaluation, hasEnded, type RunRecord } from "../net/types";
import { useRunNumber } from "../run/run-number";
import { StateBadge } from "../run/state-badge";
import { TrainedThen } from "../run/trained-then";
import { useHasWeights, useRunState } from "../run/use-run";
import { formatCount } from "../telemetry/format";
import { Banner } from "../ui/banner";
import { EmptyState } from "../ui/empty-state";
import { Spinner } from "../ui/spinner";
import styles from "./evaluator.module.css";
import { InputCard } from "./input-card";
import { emptyValue, type InputValue, requestOf } from "./input-value";
import { OutputCard } from "./output-card";
import type { RunInput } from "./run-inputs";
import { SamplePicker } from "./sample-picker";
import { TextCard } from "./text-card";
import { type Given, useEvaluation } from "./use-evaluation";

type Values = Readonly<Record<string, InputValue>>;

interface EvaluatorProps {
  run: RunRecord;
  inputs: readonly RunInput[];
}

export function Evaluator({ run, inputs }: EvaluatorProps) {
  const [values, setValues] = useState<Values>(() =>
    Object.fromEntries(inputs.map((input) => [input.name, emptyValue(input)])),
  );
  const [version, setVersion] = useState(0);
  const [edited, setEdited] = useState<ReadonlySet<string>>(new Set());
  const change = (news: Values) => {
    setValues((old) => ({ ...old, ...news }));
    setVersion((old) => old + 1);
  };
  const given: Given = { version, request: requestOf(inputs, values) };
  const answer = useEvaluation(run.id, given);
  const { dataset } = run.training;

  return (
    <div className={styles.evaluator}>
      {inputs.length > 0 && (
        <div className={styles.inputs}>
          <h2 className={styles.heading}>Inputs</h2>
          {dataset !== null && (
            <SamplePicker
              dataset={dataset}
              inputs={inputs}
              edited={edited.size > 0}
              onSample={(sample) => {
                change(sample);
                setEdited(new Set());
              }}
            />
          )}
          {inputs.map((input) => (
            <InputCard
              key={input.name}
              input={input}
              dataset={dataset}
              value={values[input.name] ?? emptyValue(input)}
              resize={answer.data?.resize ?? null}
              isSample={dataset !== null && !edited.has(input.name)}
              onValue={(value) => {
                change({ [input.name]: value });
                setEdited((old) => new Set(old).add(input.name));
              }}
            />
          ))}
        </div>
      )}
      <Outputs run={run} answer={answer} />
    </div>
  );
}

function Outputs({ run, answer }: { run: RunRecord; answer: ReturnType<typeof useEvaluation> }) {
  const { data, error, isFetching } = answer;
  const shown = error === null ? data : undefined;
  return (
    <div className={styles.outputs} aria-busy={isFetching}>
      <h2 className={styles.heading}>Outputs</h2>
      <Source run={run} evaluation={data} />
      <TrainedThen />
      {error !== null && <Refused error={error} />}
      {shown === undefined && error === null && <NothingYet />}
      {shown?.text && <TextCard runId={run.id} text={shown.text} />}
      {shown !== undefined && <OutputList evaluation={shown} />}
    </div>
  );
}

function NothingYet() {
  const state = useRunState();
  if (useHasWeights()) return <Spinner>Evaluating</Spinner>;
  if (state !== null && hasEnded(state)) {
    return <Banner title="No weights">This run ended before any weights were saved. Train again.</Banner>;
  }
  return <Spinner>Waiting for the first weights</Spinner>;
}

function OutputList({ evaluation }: { evaluation: Evaluation }) {
  const outputs = Object.entries(evaluation.outputs);
  if (outputs.length === 0) {
    return <EmptyState title="No Output can be computed from these inputs" />;
  }
  return (
    <div className={styles.list}>
      {outputs.map(([name, output]) => (
        <OutputCard key={name} name={name} output={output} />
      ))}
    </div>
  );
}

/** Which weights these answers come from. */
function Source({ run, evaluation }: { run: RunRecord; evaluation: Evaluation | undefined }) {
  const state = useRunState() ?? run.state;
  const number = useRunNumber(run);
  return (
    <p className={styles.source} data-testid="evaluate-source">
      Weights of {number === null ? "the run" : `run ${number}`}
      {evaluation !== undefined && ` after step ${formatCount(evaluation.step)}`}
      <StateBadge state={state} />
    </p>
  );
}

function Refused({ error }: { error: Error }) {
  if (error instanceof ApiError && error.status === 409) {
    return <Banner title="No weights yet">{messageOf(error)}</Banner>;
  }
  const problems = error instanceof ApiError ? error.problems : [];
  return (
    <Banner tone="danger" title="It could not be evaluated">
      <p>{messageOf(error)}</p>
      {problems.map((problem) => (
        <p key={problem.message}>
          {problem.message} {problem.remedy}
        </p>
      ))}
    </Banner>
  );
}

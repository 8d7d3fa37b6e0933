import type { TrainingSettings } from "../graph/types";
import type { BackendInfo } from "../net/types";

type Chosen = Pick<TrainingSettings, "backend" | "dtype" | "precision">;

interface PrecisionChoice {
  readonly value: TrainingSettings["precision"];
  readonly label: string;
  readonly detail: string;
  readonly disabled?: boolean;
}

/** What products may read. What cannot be computed here stays in the list, with the reason. */
export function precisionChoices(
  training: Chosen,
  backends: readonly BackendInfo[],
): readonly PrecisionChoice[] {
  const reason = withoutBfloat16(training, backends);
  return [
    { value: "full", label: "Full", detail: "The numbers as they are" },
    {
      value: "bfloat16",
      label: "bfloat16",
      detail: reason ?? "Rounded to 8 significant bits; sums and weights stay float32",
      disabled: reason !== null,
    },
  ];
}

/** The server lists first what “auto” takes. */
function withoutBfloat16({ backend, dtype }: Chosen, backends: readonly BackendInfo[]): string | null {
  if (dtype !== "float32") return "Only where the numbers are float32";
  const chosen = backend === "auto" ? backends[0] : backends.find(({ name }) => name === backend);
  return chosen?.without_bfloat16 ?? null;
}

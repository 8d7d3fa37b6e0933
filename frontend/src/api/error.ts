import type { components } from "./schema";

type Problem = components["schemas"]["Problem"];
type ErrorAnswer = components["schemas"]["ErrorAnswer"];

const OFFLINE = "The Wiregrad server does not answer. Is it still running?";

/** The server's one error shape, or what stands for it when there was no answer. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly problems: readonly Problem[];
  /** With the code "conflict": the revision that is current. */
  readonly revision: number | null;

  constructor(status: number, detail: Partial<ErrorAnswer["error"]> & { code: string; message: string }) {
    super(detail.message);
    this.name = "ApiError";
    this.status = status;
    this.code = detail.code;
    this.problems = detail.problems ?? [];
    this.revision = detail.revision ?? null;
  }

  /** Nobody answered: the server is stopped, or the network is gone. */
  get isOffline(): boolean {
    return this.status === 0;
  }

  static offline(): ApiError {
    return new ApiError(0, { code: "offline", message: OFFLINE });
  }

  static from(answer: unknown, response: Response): ApiError {
    if (isErrorAnswer(answer)) return new ApiError(response.status, answer.error);
    // A proxy in front of a stopped server answers 502 to 504, without our error shape.
    if (response.status >= 502 && response.status <= 504) return ApiError.offline();
    const message = `The server answered ${response.status} ${response.statusText}`.trim();
    return new ApiError(response.status, { code: "unknown", message });
  }
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** One sentence for a person about anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isErrorAnswer(value: unknown): value is ErrorAnswer {
  if (typeof value !== "object" || value === null || !("error" in value)) return false;
  const { error } = value;
  return typeof error === "object" && error !== null && "code" in error && "message" in error;
}

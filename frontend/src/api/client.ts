import createClient from "openapi-fetch";
import { ApiError, isAbort } from "./error";
import type { paths } from "./schema";

type Method = "get" | "post" | "put" | "delete";
type PathsWith<M extends Method> = {
  [Path in keyof paths]: paths[Path] extends { readonly [Key in M]: object } ? Path : never;
}[keyof paths];
type Operation<Path extends keyof paths, M extends Method> = paths[Path] extends {
  readonly [Key in M]: infer Found;
}
  ? Found
  : never;

type Success = 200 | 201 | 202;
/** What a good answer holds; undefined where the server answers 204, without a body. */
type AnswerTo<Asked> = Asked extends { readonly responses: infer Responses }
  ? Responses[keyof Responses & Success] extends {
      readonly content: { readonly "application/json": infer Body };
    }
    ? Body
    : undefined
  : never;

type Given<Asked, Place extends "path" | "query"> = Asked extends { readonly parameters: infer Parameters }
  ? Parameters extends { readonly [Key in Place]: infer Values }
    ? { readonly [Key in Place]: Values }
    : Parameters extends { readonly [Key in Place]?: infer Values }
      ? [Exclude<Values, undefined>] extends [never]
        ? unknown
        : { readonly [Key in Place]?: Values }
      : unknown
  : unknown;
type BodyOf<Asked> = Asked extends { readonly requestBody: { readonly content: infer Content } }
  ? Content extends { readonly "application/json": infer Body }
    ? { readonly body: Body }
    : { readonly body: FormData }
  : unknown;
type Options<Asked> = BodyOf<Asked> & {
  readonly params?: Given<Asked, "path"> & Given<Asked, "query">;
  readonly signal?: AbortSignal | null | undefined;
  /** Let the call finish even if the page is closed meanwhile (bodies up to 64 KiB). */
  readonly keepalive?: boolean;
};

interface Result<Body> {
  readonly data?: Body;
  readonly error?: unknown;
  readonly response: Response;
}

type Call<M extends Method> = <Path extends PathsWith<M>>(
  path: Path,
  ...options: BodyOf<Operation<Path, M>> extends { readonly body: unknown }
    ? [Options<Operation<Path, M>>]
    : [Options<Operation<Path, M>>?]
) => Promise<Result<AnswerTo<Operation<Path, M>>>>;

interface Client {
  readonly GET: Call<"get">;
  readonly POST: Call<"post">;
  readonly PUT: Call<"put">;
  readonly DELETE: Call<"delete">;
}

/**
 * Calls typed by the server's own description: `client.GET("/api/graphs/{graph_id}", { params: { path: ... } })`.
 * Wrap each in `answerOf`, which returns the body or throws an ApiError. The types are ours because openapi-fetch's
 * own turn a read-only list into an object.
 */
export const client = createClient<paths>({
  // Looked up at call time, so that a test can put its own in place.
  fetch: (request) => globalThis.fetch(request),
  ...(typeof location === "undefined" ? {} : { baseUrl: location.origin }),
}) as unknown as Client;

/** The body of a good answer. Throws ApiError for any other, and for none; an AbortError if the call was aborted. */
export async function answerOf<Body>(call: Promise<Result<Body>>): Promise<Body> {
  let result: Result<Body>;
  try {
    result = await call;
  } catch (error) {
    if (isAbort(error)) throw error;
    throw ApiError.offline();
  }
  if (!result.response.ok) throw ApiError.from(result.error, result.response);
  return result.data as Body;
}

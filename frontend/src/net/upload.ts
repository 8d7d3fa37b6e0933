import { ApiError } from "../api/error";
import type { DatasetSummary, ImportOptions } from "./types";

export interface Upload {
  readonly result: Promise<DatasetSummary>;
  readonly cancel: () => void;
}

/**
 * Send files that become one dataset. XMLHttpRequest, because `fetch` does not say how much has been sent.
 * `onProgress` gets the share sent, 0 to 1; at 1 the server is still reading the file.
 */
export function uploadDataset(
  files: readonly File[],
  options: ImportOptions,
  onProgress: (share: number) => void,
): Upload {
  const request = new XMLHttpRequest();
  const form = new FormData();
  for (const file of files) form.append("file", file);
  form.set("options", JSON.stringify(options));
  const result = new Promise<DatasetSummary>((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.upload.onload = () => onProgress(1);
    request.onerror = () => reject(ApiError.offline());
    request.onabort = () => reject(new DOMException("The upload was canceled.", "AbortError"));
    request.onload = () => {
      const { status, statusText } = request;
      const answer = parsed(request.responseText);
      if (status >= 200 && status < 300) resolve(answer as DatasetSummary);
      else reject(ApiError.from(answer, new Response(null, { status, statusText })));
    };
  });
  request.open("POST", "/api/datasets");
  request.send(form);
  return { result, cancel: () => request.abort() };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

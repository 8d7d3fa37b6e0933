import { useLocation } from "wouter";
import { messageOf } from "../api/error";
import { documentFromText } from "../graph/file";
import type { GraphDocument } from "../graph/types";
import { useCreateGraph } from "../net/queries";
import { notify } from "../ui/toast";

export interface OpenGraph {
  /** Store a graph as a new one and go to it. */
  readonly openCopy: (graph: GraphDocument) => Promise<void>;
  readonly openFile: (file: File | undefined) => Promise<void>;
  readonly isOpening: boolean;
}

export function useOpenGraph(): OpenGraph {
  const [, navigate] = useLocation();
  const { mutateAsync, isPending } = useCreateGraph();
  const openCopy = async (graph: GraphDocument) => {
    try {
      const { id } = await mutateAsync(graph);
      navigate(`/graphs/${id}`);
    } catch (error) {
      notify({ tone: "danger", title: `“${graph.name}” could not be opened`, description: messageOf(error) });
    }
  };
  const openFile = async (file: File | undefined) => {
    if (file === undefined) return;
    const read = documentFromText(await file.text());
    if (read.ok) await openCopy(read.document);
    else notify({ tone: "danger", title: `${file.name} could not be opened`, description: read.message });
  };
  return { openCopy, openFile, isOpening: isPending };
}

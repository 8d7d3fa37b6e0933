import type { components } from "../api/schema";

/** The document, the report and the catalogue. All come from the server's description; the settings' schema is typed here. */

type Schemas = components["schemas"];

export const FORMAT = "wiregrad/graph@1";
/** Cards snap to this many pixels. */
export const GRID = 20;
/** How wide a card is; node-card.module.css says the same. */
export const CARD_WIDTH = 240;

/** The kind that is drawn as a dot: a corner of a wire. */
export const REROUTE = "Reroute";

export type GraphDocument = Schemas["GraphDocument"];
export type GraphNode = Schemas["NodeDocument"];
export type Settings = GraphNode["settings"];
export type Position = Schemas["Position"];
export type PortReference = Schemas["PortReference"];
export type Wire = Schemas["Wire"];
export type Note = Schemas["Note"];
export type Frame = Schemas["Frame"];
export type BlockDefinition = Schemas["BlockDefinition"];
export type TrainingSettings = Schemas["TrainingSettings"];
export type Augmentation = TrainingSettings["augmentation"][number];
export type GraphRecord = Schemas["GraphRecord"];

export type Report = Schemas["Report"];
export type Problem = Schemas["Problem"];
export type ProblemFix = Schemas["ProblemFix"];
export type ValueReport = Schemas["ValueReport"];
export type WireReport = Schemas["WireReport"];
export type NodeReport = Schemas["NodeReport"];
export type InputPort = Schemas["InputPortReport"];
export type OutputPort = Schemas["OutputPortReport"];
export type DType = ValueReport["dtype"];

export type Kind = Omit<Schemas["KindDescription"], "settings_schema" | "default_settings"> & {
  readonly settings_schema: JsonSchema;
  readonly default_settings: Settings;
};

/** The part of JSON Schema that the catalogue's settings use. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly [hint: `x-${string}`]: unknown;
}

/** An input port has at most one wire, so its address is the wire's id. */
export function wireId(wire: Wire): string {
  return portId(wire.target);
}

export function portId(port: PortReference): string {
  return `${port.node}.${port.port}`;
}

export function samePort(a: PortReference, b: PortReference): boolean {
  return a.node === b.node && a.port === b.port;
}

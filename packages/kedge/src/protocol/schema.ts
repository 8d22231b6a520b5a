/** A JSON Schema 2020-12 as plain data. The tables use the small subset that the builders below produce. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly enum?: readonly (string | number | boolean | null)[];
  readonly const?: string | number | boolean | null;
  readonly not?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
}

/** One property of an object schema, with whether it must be there. */
export interface Field {
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
}

/** Properties by name; the order is the order of the generated documents. */
export type Fields = Readonly<Record<string, Field>>;

/** Marks a property that every input (or output) of the kind has. */
export function required(schema: JsonSchema): Field {
  return { schema, isRequired: true };
}

/** Marks a property that may be missing. */
export function optional(schema: JsonSchema): Field {
  return { schema, isRequired: false };
}

/** A string. An open list of known values becomes `examples`: the wire's lists grow, so they are never closed. */
export function text(description: string, knownValues?: readonly string[]): JsonSchema {
  return knownValues
    ? { type: "string", description, examples: knownValues }
    : { type: "string", description };
}

/** One of a closed list of strings; anything else is a schema error. */
export function oneOf(description: string, values: readonly string[]): JsonSchema {
  return { type: "string", enum: values, description };
}

export function flag(description: string): JsonSchema {
  return { type: "boolean", description };
}

export function number(description: string): JsonSchema {
  return { type: "number", description };
}

/** Any JSON value at all. */
export function anything(description: string): JsonSchema {
  return { description };
}

export function list(description: string, items: JsonSchema): JsonSchema {
  return { type: "array", description, items };
}

/** An object of which nothing but its being one is known. */
export function record(description: string): JsonSchema {
  return { type: "object", description, additionalProperties: true };
}

/** An object with known properties. Unknown ones are always allowed: the wire grows, and they are kept. */
export function object(description: string, fields: Fields): JsonSchema {
  const entries = Object.entries(fields);
  const needed = entries.filter(([, field]) => field.isRequired).map(([name]) => name);
  return {
    type: "object",
    description,
    properties: Object.fromEntries(entries.map(([name, field]) => [name, field.schema])),
    ...(needed.length > 0 ? { required: needed } : {}),
    additionalProperties: true,
  };
}

import { parseAst } from "vitest/node";

/** One mention of another module. */
export interface Import {
  /** What is imported; undefined when the name is computed at run time. */
  readonly specifier: string | undefined;
  /** `type` when it is gone at run time. */
  readonly kind: "static" | "dynamic" | "type";
  readonly line: number;
}

/**
 * Finds every import and re-export of a source file, types and dynamic imports included.
 *
 * It reads the syntax tree, so that neither a comment nor a text is taken for an import.
 *
 * @param path for the message when the text does not parse
 */
export function findImports(path: string, text: string): Import[] {
  const found: Import[] = [];
  const lang = path.endsWith(".d.ts") ? "dts" : path.endsWith("ts") ? "ts" : "js";
  visit(parseAst(text, { lang }, path), (node) => {
    const source = sourceOf(node);
    if (source === undefined) return;
    const specifier = isNode(source) && typeof source.value === "string" ? source.value : undefined;
    const line = text.slice(0, Number(node.start)).split("\n").length;
    found.push({ specifier, kind: kindOf(node), line });
  });
  return found;
}

type Node = Readonly<Record<string, unknown>> & { readonly type: string };

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}

function visit(value: unknown, enter: (node: Node) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, enter);
  } else if (isNode(value)) {
    enter(value);
    for (const child of Object.values(value)) visit(child, enter);
  }
}

/** Returns the node that names the module, or undefined when this node imports nothing. */
function sourceOf(node: Node): unknown {
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportAllDeclaration":
    case "ExportNamedDeclaration":
    case "ImportExpression":
    case "TSImportType":
      return node.source ?? undefined;
    case "TSExternalModuleReference":
      return node.expression;
    default:
      return undefined;
  }
}

function kindOf(node: Node): Import["kind"] {
  if (node.type === "ImportExpression") return "dynamic";
  if (node.type === "TSImportType") return "type";
  return node.importKind === "type" || node.exportKind === "type" ? "type" : "static";
}

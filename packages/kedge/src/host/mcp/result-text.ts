import type { CallToolResult } from "@modelcontextprotocol/client";
import { cleanForModel, cleanText, type JsonObject } from "../../protocol/index.ts";
import { boundResult } from "../tools/tool.ts";

type Content = CallToolResult["content"][number];

/** Characters of a name or an address in a note. */
const MAX_NOTE = 300;

/** What came of a call, for the model and for handlers. */
export interface ToolAnswer {
  readonly text: string;
  readonly isError: boolean;
  /** What handlers get as `tool_response`: the texts as blocks. */
  readonly response: readonly JsonObject[];
}

/**
 * The answer of a server as text, clean and as long as a model gets it. Pictures and sounds are a note of what they are;
 * structured content stands for itself where there is no text.
 */
export function readAnswer({ content, structuredContent, isError }: CallToolResult): ToolAnswer {
  const texts = content.map(textOf);
  const hasText = content.some(({ type }) => type === "text");
  if (!hasText && structuredContent !== undefined) texts.push(JSON.stringify(structuredContent));
  // Bounded first: what is left out costs no time, and cleaning adds nothing but the escapes of tags.
  const clean = cleanForModel(boundResult(texts.join("\n")));
  const text = clean === "" ? "(the tool gave nothing)" : clean;
  return { text, isError: isError === true, response: [{ type: "text", text }] };
}

/** Only the texts, as a handler of a hook has to see them: it may be JSON. */
export function handlerText({ content }: CallToolResult): string {
  return content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("\n");
}

function textOf(block: Content): string {
  switch (block.type) {
    case "text":
      return block.text;
    case "image":
    case "audio":
      return `[${block.type} ${note(block.mimeType)}, ${block.data.length} characters of base64: not shown]`;
    case "resource_link":
      return `[resource ${note(block.name)}: ${note(block.uri)}]`;
    case "resource":
      return "text" in block.resource
        ? `[resource ${note(block.resource.uri)}]\n${block.resource.text}`
        : `[resource ${note(block.resource.uri)}, ${block.resource.blob.length} characters of base64: not shown]`;
  }
}

function note(text: string): string {
  return cleanText(text.slice(0, MAX_NOTE)).replaceAll("\n", " ");
}

import { isJsonObject, type JsonObject, readJson } from "../protocol/index.ts";

/** A request of the Messages API that has been found sound. */
export interface MessagesRequest {
  readonly body: JsonObject;
  readonly model: string;
  readonly isStream: boolean;
  readonly toolCount: number;
  /** Text of the first user message, and of the last one. */
  readonly prompt: string;
  readonly last: string;
}

/** A sound request, or the words of the API for what is wrong with it. */
export type RequestReading =
  | { readonly ok: true; readonly request: MessagesRequest }
  | { readonly ok: false; readonly message: string; readonly body: unknown };

/**
 * Reads a request and checks it as the API does in the plain cases.
 *
 * @param needs.maxTokens whether `max_tokens` must be there; counting tokens does without
 */
export function readMessagesRequest(text: string, needs: { maxTokens: boolean }): RequestReading {
  const json = readJson(text);
  if (!json.ok)
    return { ok: false, message: `The request body is not valid JSON: ${json.message}`, body: undefined };
  const body = json.value;
  if (!isJsonObject(body)) return { ok: false, message: "Input should be a valid dictionary", body };
  const message = findMistake(body, needs);
  if (message !== undefined) return { ok: false, message, body };
  const messages = body.messages as readonly JsonObject[];
  const fromUser = messages.filter(({ role }) => role === "user");
  return {
    ok: true,
    request: {
      body,
      model: body.model as string,
      isStream: body.stream === true,
      toolCount: Array.isArray(body.tools) ? body.tools.length : 0,
      prompt: textOf(fromUser[0]?.content),
      last: textOf(fromUser.at(-1)?.content),
    },
  };
}

function findMistake(body: JsonObject, needs: { maxTokens: boolean }): string | undefined {
  const { model, max_tokens: maxTokens, messages, stream } = body;
  if (model === undefined) return "model: Field required";
  if (typeof model !== "string") return "model: Input should be a valid string";
  if (model === "") return "model: String should have at least 1 character";
  if (needs.maxTokens) {
    if (maxTokens === undefined) return "max_tokens: Field required";
    if (!Number.isInteger(maxTokens)) return "max_tokens: Input should be a valid integer";
    if (Number(maxTokens) < 1) return "max_tokens: Input should be greater than or equal to 1";
  }
  if (stream !== undefined && typeof stream !== "boolean") return "stream: Input should be a valid boolean";
  if (messages === undefined) return "messages: Field required";
  if (!Array.isArray(messages)) return "messages: Input should be a valid list";
  if (messages.length === 0) return "messages: at least one message is required";
  for (const [index, message] of messages.entries()) {
    const mistake = findMessageMistake(message);
    if (mistake !== undefined) return `messages.${index}${mistake}`;
  }
  return messages[0].role === "user" ? undefined : 'messages: first message must use the "user" role';
}

function findMessageMistake(message: unknown): string | undefined {
  if (!isJsonObject(message)) return ": Input should be a valid dictionary";
  if (typeof message.role !== "string") return ".role: Field required";
  if (!["user", "assistant", "system"].includes(message.role))
    return ".role: Input should be 'user', 'assistant' or 'system'";
  const { content } = message;
  if (content === undefined) return ".content: Field required";
  if (typeof content === "string") return undefined;
  if (!Array.isArray(content)) return ".content: Input should be a valid string or list";
  const index = content.findIndex((block) => !isJsonObject(block) || typeof block.type !== "string");
  return index === -1 ? undefined : `.content.${index}.type: Field required`;
}

/** The text of a message: its text blocks, and the text of tool results. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content
    .map((block) => {
      if (!isJsonObject(block)) return "";
      if (block.type === "tool_result") return textOf(block.content);
      return typeof block.text === "string" ? block.text : "";
    })
    .join("\n");
}

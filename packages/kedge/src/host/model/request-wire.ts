import type { AnswerBlock, Message } from "./messages.ts";
import type { ModelRequest } from "./messages-client.ts";

const CACHED = { cache_control: { type: "ephemeral" } } as const;

/**
 * A request as the API wants it. The instructions and the conversation so far are marked for the cache: a session sends them again and
 * again, and pays a tenth for what is read from there. What another model thought is left out: it is bound to that model.
 *
 * @source Claude API reference, "Prompt caching" and "Extended thinking"
 */
export function toWire(request: ModelRequest): object {
  const { model, maxTokens, system, tools } = request;
  const messages = request.messages.map((message) => forModel(message, model));
  return {
    model,
    max_tokens: maxTokens,
    stream: true,
    ...(system === "" ? {} : { system: [{ type: "text", text: system, ...CACHED }] }),
    ...(tools.length === 0 ? {} : { tools }),
    messages: messages.map((message, index) => (index === messages.length - 1 ? markLast(message) : message)),
  };
}

function forModel(message: Message, model: string): Message {
  if (message.role === "user") return message;
  const { role, content } = message;
  if (message.model === undefined || isSameModel(message.model, model)) return { role, content };
  const said = content.filter(({ type }) => !isThinking(type));
  // A message may not be empty; one that was only thought says so.
  return { role, content: said.length > 0 ? said : [{ type: "text", text: "(thought)" }] };
}

function isThinking(type: AnswerBlock["type"]): boolean {
  return type === "thinking" || type === "redacted_thinking";
}

/** The API names a model with its date where it was asked for without. */
function isSameModel(a: string, b: string): boolean {
  const [bareA, bareB] = [a, b].map((name) => name.replace(/-\d{8}$/, ""));
  return bareA === bareB;
}

function markLast(message: Message): object {
  const last = message.content.at(-1);
  // The API takes no mark on an empty text, nor on thinking.
  const isMarkable = last && !(last.type === "text" && last.text === "") && !last.type.includes("thinking");
  return isMarkable
    ? { role: message.role, content: [...message.content.slice(0, -1), { ...last, ...CACHED }] }
    : message;
}

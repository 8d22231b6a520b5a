import type { Message } from "./messages.ts";
import type { ModelRequest } from "./messages-client.ts";

const CACHED = { cache_control: { type: "ephemeral" } } as const;

/**
 * A request as the API wants it. The instructions and the conversation so far are marked for the cache: a session sends them again and
 * again, and pays a tenth for what is read from there.
 *
 * @source Claude API reference, "Prompt caching"
 */
export function toWire(request: ModelRequest): object {
  const { model, maxTokens, system, messages, tools } = request;
  return {
    model,
    max_tokens: maxTokens,
    stream: true,
    ...(system === "" ? {} : { system: [{ type: "text", text: system, ...CACHED }] }),
    ...(tools.length === 0 ? {} : { tools }),
    messages: messages.map((message, index) => (index === messages.length - 1 ? markLast(message) : message)),
  };
}

function markLast(message: Message): object {
  const last = message.content.at(-1);
  // The API takes no mark on an empty text, nor on thinking.
  const isMarkable = last && !(last.type === "text" && last.text === "") && !last.type.includes("thinking");
  return isMarkable
    ? { role: message.role, content: [...message.content.slice(0, -1), { ...last, ...CACHED }] }
    : message;
}

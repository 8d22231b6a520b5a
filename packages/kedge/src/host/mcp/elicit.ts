import type { Decision, JsonObject } from "../../protocol/index.ts";
import { cleanText } from "../../protocol/index.ts";
import type { Conversation } from "../conversation.ts";
import { type Core, fire } from "../core.ts";
import { beforeAbort } from "../when-aborted.ts";
import { type FormSchema, readForm, whatIsWrongWith } from "./form.ts";
import type { ElicitationAnswer, ElicitationQuestion } from "./ports.ts";

/** What a server asks, as it came. */
export interface Elicitation {
  readonly message: string;
  readonly asks:
    | { readonly mode: "form"; readonly schema: FormSchema & JsonObject }
    | { readonly mode: "url"; readonly url: string; readonly id: string };
}

/** Characters of a question. */
const MAX_MESSAGE = 4_000;

/**
 * Answers what a server asks: Elicitation handlers first, then the person, and ElicitationResult handlers may change the answer. Where
 * nobody answers it is `cancel` (recorded). What would be accepted and is not what the form asks for is not sent: it is `cancel` too.
 *
 * @source Claude Code hooks reference, "Elicitation"; recorded behaviour without a person
 */
export async function answerElicitation(
  session: { readonly core: Core; readonly main: Conversation },
  {
    server,
    asked,
    signal,
  }: { readonly server: string; readonly asked: Elicitation; readonly signal: AbortSignal },
): Promise<ElicitationAnswer> {
  const { core, main } = session;
  const { asks } = asked;
  const about = { conversation: main, signal };
  const message = cleanText(asked.message.slice(0, MAX_MESSAGE));
  const place: JsonObject = {
    mcp_server_name: server,
    mode: asks.mode,
    ...(asks.mode === "url" ? { elicitation_id: asks.id } : {}),
  };
  const own = asks.mode === "url" ? { url: asks.url } : { requested_schema: asks.schema };
  const { decision } = await fire(core, "Elicitation", { ...place, message, ...own }, about);
  const first = answerOf(decision) ?? (await askPerson(session, { server, message, asks, signal }));
  const result = await fire(
    core,
    "ElicitationResult",
    { ...place, action: first.action, ...("content" in first ? { content: first.content } : {}) },
    about,
  );
  // Handlers that an interrupt ended might have kept it back.
  const answer: ElicitationAnswer = signal.aborted
    ? { action: "cancel" }
    : changed(first, answerOf(result.decision));
  const last = checked(core, { server, asks, answer });
  await fire(
    core,
    "Notification",
    {
      message: `Elicitation response for server "${server}": ${last.action}`,
      notification_type: "elicitation_response",
    },
    about,
  );
  return last;
}

/** What handlers answer; null when they leave it to others. */
function answerOf({ behavior, effects }: Decision): ElicitationAnswer | null {
  const { elicitation } = effects;
  if (elicitation?.action === "accept" && behavior !== "deny")
    return { action: "accept", ...(elicitation.content ? { content: elicitation.content } : {}) };
  if (elicitation && elicitation.action !== "accept") return { action: elicitation.action };
  return behavior === "deny" ? { action: "decline" } : null;
}

/** A handler that accepts and gives no values leaves those that are there. */
function changed(first: ElicitationAnswer, own: ElicitationAnswer | null): ElicitationAnswer {
  if (own === null) return first;
  const isSame = own.action === "accept" && first.action === "accept" && own.content === undefined;
  return isSame ? first : own;
}

interface Asking {
  readonly server: string;
  readonly message: string;
  readonly asks: Elicitation["asks"];
  readonly signal: AbortSignal;
}

async function askPerson(
  { core, main }: { readonly core: Core; readonly main: Conversation },
  { server, message, asks, signal }: Asking,
): Promise<ElicitationAnswer> {
  const { elicitor } = core;
  const question = toQuestion(server, message, asks);
  if (elicitor === null || question === null || signal.aborted) return { action: "cancel" };
  const kind = asks.mode === "url" ? "elicitation_url_dialog" : "elicitation_dialog";
  const text = `The MCP server ${server} needs your input`;
  await fire(
    core,
    "Notification",
    { message: text, notification_type: kind },
    { conversation: main, signal },
  );
  // Whoever is asked need not heed the signal, and one that has ended already says nothing to who waits for it.
  if (signal.aborted) return { action: "cancel" };
  return (await beforeAbort(elicitor.elicit(question, signal), signal)) ?? { action: "cancel" };
}

function toQuestion(
  serverName: string,
  message: string,
  asks: Elicitation["asks"],
): ElicitationQuestion | null {
  if (asks.mode === "url") {
    const url = URL.parse(asks.url);
    // Nobody is sent to a file or a script.
    if (!url || !/^https?:$/.test(url.protocol)) return null;
    return { serverName, message, asks: { mode: "url", url: url.href } };
  }
  const fields = readForm(asks.schema);
  return fields && { serverName, message, asks: { mode: "form", fields } };
}

function checked(
  core: Core,
  { server, asks, answer }: Pick<Asking, "server" | "asks"> & { readonly answer: ElicitationAnswer },
): ElicitationAnswer {
  if (answer.action !== "accept" || asks.mode === "url") return { action: answer.action };
  const { content = {} } = answer;
  const wrong = whatIsWrongWith(content, asks.schema);
  if (wrong === null) return { action: "accept", content };
  core.emit({
    type: "notice",
    level: "warning",
    text: `What was answered to the MCP server ${server} is not what it asked for: ${wrong}. It was not sent.`,
  });
  return { action: "cancel" };
}

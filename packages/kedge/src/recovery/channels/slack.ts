import type { AlertMessage } from "../incidents/alert-message.ts";
import type { ChannelRule } from "../policy/channel.ts";
import type { Attempt } from "./attempt.ts";
import type { Delivery } from "./delivery.ts";
import { cutTo, escapeMarkup, plainLines, writeWithin } from "./message-text.ts";
import { postMessage } from "./post-message.ts";
import { missingSecret, readSecret } from "./read-secret.ts";

/** Characters of a header block, and of the text of a section. */
const MAX_HEADER = 150;
const MAX_SECTION = 3_000;
/** Far above what a message has, and far below what Slack takes. */
const MAX_BYTES = 30_000;

/**
 * A message as an incoming webhook takes it. Everything but the command is plain text, in which Slack reads neither markup nor mentions:
 * names of projects are chosen by whoever makes a folder.
 *
 * @source https://docs.slack.dev/reference/block-kit/blocks
 */
export function slackBody(message: AlertMessage): string {
  return writeWithin(message, MAX_BYTES, (short) => {
    const { title, severity, lines, command } = short;
    const details = plainLines({ ...short, command: null }).join("\n");
    return JSON.stringify({
      // Only for notifications, and for what shows no blocks.
      text: escapeMarkup([title, ...plainLines(short)].join("\n")),
      mrkdwn: false,
      unfurl_links: false,
      unfurl_media: false,
      blocks: [
        { type: "header", text: plain(cutTo(title || "Kedge", MAX_HEADER)) },
        ...(lines.length === 0 ? [] : [{ type: "section", text: plain(cutTo(details, MAX_SECTION)) }]),
        ...(command === null ? [] : [{ type: "section", text: { type: "mrkdwn", text: code(command) } }]),
        { type: "context", elements: [plain(`Kedge, ${severity}`)] },
      ],
    });
  });
}

/** Sends a message to a Slack channel. */
export async function sendSlack(
  message: AlertMessage,
  rule: Extract<ChannelRule, { type: "slack" }>,
  attempt: Attempt,
): Promise<Delivery> {
  const url = await readSecret(rule.url, attempt);
  if (!url.ok) return missingSecret(url.why);
  const headers = { "content-type": "application/json" };
  return await postMessage({ url: url.value, headers, body: slackBody(message) }, attempt);
}

function plain(text: string): { readonly type: "plain_text"; readonly text: string; readonly emoji: false } {
  return { type: "plain_text", text, emoji: false };
}

function code(command: string): string {
  return `\`\`\`${escapeMarkup(command.replaceAll("`", "'"))}\`\`\``;
}

/**
 * The floor of one session: a script with nothing but Anthropic's SDK, which sends one request and reads its stream. In JavaScript, so
 * that taking types away costs it nothing. Its model is one of which the SDK does not print that it is old.
 */
import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic({ maxRetries: 0 });
const stream = await client.messages.create({
  model: "claude-bench",
  max_tokens: 32_000,
  messages: [{ role: "user", content: "hi" }],
  stream: true,
});
let text = "";
for await (const event of stream)
  if (event.type === "content_block_delta" && event.delta.type === "text_delta") text += event.delta.text;
process.stdout.write(`${text}\n`);

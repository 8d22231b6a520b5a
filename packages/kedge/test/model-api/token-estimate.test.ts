import { describe, expect, it } from "vitest";
import { estimateInputTokens } from "../../src/model-api/token-estimate.ts";

const user = (content: unknown) => ({ messages: [{ role: "user", content }] });
const image = { type: "image", source: { type: "base64", media_type: "image/png", data: "A".repeat(4_000) } };

describe("estimateInputTokens", () => {
  it.each([
    ["nothing", {}, 0],
    ["text, rounded up", user("12345"), 2],
    [
      "blocks of text",
      user([
        { type: "text", text: "1234" },
        { type: "text", text: "5678" },
      ]),
      2,
    ],
    ["the system prompt", { ...user("1234"), system: [{ type: "text", text: "12345678" }] }, 3],
    ["no data of images", user([image, { type: "text", text: "1234" }]), 1],
    ["results of tools", user([{ type: "tool_result", tool_use_id: "toolu_1", content: "12345678" }]), 2],
    ["inputs of tools, as JSON", user([{ type: "tool_use", id: "t", name: "Bash", input: { a: 1 } }]), 3],
    ["tools with their schemas", { tools: [{ name: "Bash", input_schema: { type: "object" } }] }, 6],
  ])("counts %s", (_, body, tokens) => {
    expect(estimateInputTokens(body)).toBe(tokens);
  });
});

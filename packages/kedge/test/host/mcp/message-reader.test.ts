import { describe, expect, test } from "vitest";
import { createMessageReader, MAX_MESSAGE_BYTES } from "../../../src/host/mcp/message-reader.ts";

/** What a reader makes of some pieces of output. */
function read(...pieces: readonly (string | Buffer)[]): readonly unknown[] {
  const came: unknown[] = [];
  const take = createMessageReader({
    take: (message) => void came.push("method" in message ? message.method : message),
    fail: (why) => void came.push(`failed: ${why}`),
  });
  for (const piece of pieces) take(Buffer.from(piece));
  return came;
}

const message = (method: string): string => JSON.stringify({ jsonrpc: "2.0", method });

describe("output of a server", () => {
  test.for([
    ["two messages in one piece", [`${message("a")}\n${message("b")}\n`], ["a", "b"]],
    ["one message in three pieces", ['{"jsonrpc":"2.0",', '"method":', '"a"}\n'], ["a"]],
    ["a message without its line feed", [message("a")], []],
    ["Windows line ends and empty lines", [`\r\n${message("a")}\r\n\n`], ["a"]],
    ["a line separator in a text", [`${message("a\u2028b")}\n`], ["a\u2028b"]],
    ["a greeting", [`Listening…\n${message("a")}\n`], ["a"]],
    ["JSON that is no message", ['{"method":"a"}\n[1]\nnull\n"x"\n'], []],
    ["an older protocol", ['{"jsonrpc":"1.0","method":"a"}\n'], []],
    [
      "JSON that is nested too deeply",
      [`${'{"a":'.repeat(300)}1${"}".repeat(300)}\n${message("b")}\n`],
      ["b"],
    ],
  ] as const)("%s", ([, pieces, expected]) => {
    expect(read(...pieces)).toEqual(expected);
  });

  test("a character that is split between pieces stays whole", () => {
    const bytes = Buffer.from(`${message("ü")}\n`);
    const at = bytes.indexOf("ü") + 1;
    expect(read(bytes.subarray(0, at), bytes.subarray(at))).toEqual(["ü"]);
  });

  test("a message that never ends fails once, and nothing behind it counts", () => {
    const piece = "x".repeat(1024 * 1024);
    const came = read(...Array.from({ length: 20 }, () => piece), `\n${message("a")}\n`);
    expect(came).toEqual([`failed: it sent a message over ${MAX_MESSAGE_BYTES} bytes`]);
  });

  test("a megabyte of something else fails", () => {
    const came = read(`${"hello\n".repeat(200_000)}${message("a")}\n`);
    expect(came).toEqual(["failed: it writes what is no MCP message on its stdout"]);
  });
});

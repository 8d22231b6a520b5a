/**
 * Rows of `bad-inputs.json` that somebody sends to a port of Kedge: here to the health endpoint of `kedge up`, which has no page, no data and no
 * credential. Whatever a row asks for, it gets nothing; what HTTP itself forbids is refused as such.
 */
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { startHealthServer } from "../../src/cli/up/health-server.ts";
import { assertPrototypes, snapshotPrototypes } from "../support/fuzz.ts";
import { type BadInput, type RepeatRecipe, readBadInputs } from "./generate-input.ts";

type Recipe = { readonly gen: "gzip"; readonly zeros: number; readonly headers: string } | RepeatRecipe;

/** Statuses that a row may get. What is not here asks for something that is not there: 404, or 405 for what is no GET. */
const REFUSED: Readonly<Record<string, readonly number[]>> = {
  "con-002": [403],
  "con-003a": [403],
  "con-003c": [400],
  "con-003d": [400],
  "con-003e": [403],
  "con-004": [403],
  "con-011": [400],
  "con-019a": [405],
};

const rows = readBadInputs("http-request");
const SECRET = "what nobody may read";

describe("bad inputs: http-request", () => {
  test.each(rows.map((row) => [row.id, row] as const))("%s gets nothing", async (id, row) => {
    const prototypes = snapshotPrototypes();
    let asked = 0;
    const body = { secret: SECRET };
    await using server = await startHealthServer(0, () => {
      asked++;
      return { isWell: true, body };
    });
    const { port } = new URL(server.url);
    const answer = await send(Number(port), bytesOf(row, port));
    const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
    // What is smuggled behind the first request is no second one.
    expect(statuses).toHaveLength(1);
    expect(REFUSED[id] ?? [404, 405]).toContain(statuses[0]);
    expect([asked, answer.includes(SECRET), answer.includes("TOKEN")]).toEqual([0, false, false]);
    expect(answer).not.toMatch(/bearer|cookie|x-forwarded|etc\/passwd/i);

    const good = await fetch(server.url);
    expect([good.status, await good.json()]).toEqual([200, body]);
    assertPrototypes(prototypes);
  });
});

function bytesOf(row: BadInput, port: string): Buffer {
  const fill = (text: string): string =>
    text.replaceAll("{{PORT}}", port).replaceAll(/\{\{(?:TOKEN|COOKIE|REVOKED_COOKIE)\}\}/g, "TOKEN");
  if (typeof row.input === "string") return Buffer.from(fill(row.input));
  const recipe = row.input as unknown as Recipe;
  if (recipe.gen === "repeat")
    return Buffer.from(fill(recipe.prefix) + recipe.unit.repeat(recipe.count) + fill(recipe.suffix));
  const zipped = gzipSync(Buffer.alloc(recipe.zeros));
  return Buffer.concat([
    Buffer.from(`${fill(recipe.headers)}Content-Length: ${zipped.length}\r\n\r\n`),
    zipped,
  ]);
}

/** Everything that came back until the connection was closed. */
function send(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1" });
    let answer = "";
    const end = (): void => {
      if (answer === "") reject(new Error("Expected an answer, got none"));
      else resolve(answer);
      socket.destroy();
    };
    socket.setEncoding("latin1").on("data", (chunk: string) => {
      answer += chunk;
    });
    // Who sends more than is read is cut off.
    socket.on("error", end).on("close", end);
    socket.write(bytes);
  });
}

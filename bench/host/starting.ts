import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";
import { type Measurement, mustCostAtMost } from "../engine/measurement.ts";
import { ratioOf, type Turns, takeTurns, valuesOf } from "../engine/turns.ts";
import { createWorkspace } from "../engine/workspace.ts";
import { writeAnswer } from "./answer.ts";
import { bareSdkFile, COMMAND, runSession } from "./session-process.ts";

const ROUNDS = 45;
const MAX_TIMES = 2;

type Side = "command" | "script" | "bundled";

/**
 * From the start of the process until the API sees its first request, beside a script with nothing but the SDK: as it is installed,
 * and bundled into one file as the command is.
 */
export async function benchStarting(): Promise<Measurement[]> {
  await using workspace = createWorkspace();
  const bundle = join(workspace.dir, "bare-sdk.mjs");
  await build({
    ...{ entryPoints: [bareSdkFile], outfile: bundle, bundle: true },
    ...{ platform: "node", format: "esm", target: "node24", logLevel: "warning" },
  });
  await using api = await startWatch();
  const seen: Record<Side, number[]> = { command: [], script: [], bundled: [] };
  const take = (side: Side, args: readonly string[]) => async (): Promise<void> => {
    api.forget();
    const began = performance.now();
    await runSession(args, workspace, { baseUrl: api.url });
    seen[side].push(api.firstSeen() - began);
  };
  const sides = {
    command: take("command", COMMAND),
    script: take("script", [bareSdkFile]),
    bundled: take("bundled", [bundle]),
  };
  await takeTurns<Side>(sides, ROUNDS);
  for (const taken of Object.values(seen)) taken.splice(0, taken.length - ROUNDS); // the warm-up
  return [
    mustCostAtMost(compare(seen, "script", "bare SDK"), MAX_TIMES),
    { ...compare(seen, "bundled", "bare SDK, bundled"), what: "the same, beside a bundle" },
  ];
}

function compare(seen: Turns<Side>, floor: Side, other: string): Measurement {
  const ratio = ratioOf(seen.command, seen[floor]);
  const figures = { ours: valuesOf(seen.command), other: { what: other, ...valuesOf(seen[floor]) }, ratio };
  return { what: "start to first request", unit: "ms", ...figures };
}

interface Watch extends AsyncDisposable {
  readonly url: string;
  forget(): void;
  /** When the first request since came, by the clock of this process. */
  firstSeen(): number;
}

/** An API in this process, so that one clock tells both times. The process has nothing else to do meanwhile. */
async function startWatch(): Promise<Watch> {
  let seen: number | null = null;
  const server = createServer((request, response) => {
    if (request.url?.startsWith("/v1/messages")) seen ??= performance.now();
    request.resume().once("end", () => {
      response.writeHead(200, { "content-type": "text/event-stream" }).end(writeAnswer("ok"));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forget: () => {
      seen = null;
    },
    firstSeen() {
      if (seen === null) throw new Error("Expected a session to send a request, got none");
      return seen;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

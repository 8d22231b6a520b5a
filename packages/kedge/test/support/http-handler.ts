import type { RunReport } from "../../src/engine/handler-run.ts";
import type { HttpPolicy } from "../../src/engine/run-http.ts";
import { runHttp } from "../../src/engine/run-http.ts";
import type { HookEventName, HttpHandler } from "../../src/protocol/index.ts";
import { type RunSketch, runOf } from "./handler-run.ts";
import { type Respond, serve } from "./http-server.ts";

export interface HttpSketch extends RunSketch {
  readonly event?: HookEventName;
  readonly headers?: Readonly<Record<string, string>>;
  readonly allowedEnvVars?: readonly string[];
  readonly policy?: Partial<HttpPolicy>;
}

/** Posts to a URL, with a policy that lets tests reach loopback. */
export function post(url: string, sketch: HttpSketch = {}): Promise<RunReport> {
  const { event = "PostToolUse", headers = {}, allowedEnvVars = [], policy, ...run } = sketch;
  const base = { onFailure: "continue", isOnce: false } as const;
  const handler: HttpHandler = { type: "http", url, headers, allowedEnvVars, ...base };
  const whole: HttpPolicy = { allowsLocal: true, env: {}, refusesSecrets: true, ...policy };
  return runHttp(handler, runOf(event, run), whole);
}

/** The report of one exchange with a server that answers so, and that must see its connection closed. */
export async function exchange(respond: Respond, sketch?: HttpSketch): Promise<RunReport> {
  await using server = await serve(respond);
  return await post(server.url, sketch);
}

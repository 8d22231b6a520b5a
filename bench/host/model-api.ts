import { fileURLToPath } from "node:url";
import type { Scenario } from "../../packages/kedge/src/model-api/index.ts";
import { type Server, startServer } from "./server-process.ts";

export type { Scenario };

const child = fileURLToPath(new URL("./model-api-child.ts", import.meta.url));

/** A model API in a process of its own. */
export interface ApiProcess extends Server {
  /** What every request said so far, in order. */
  bodies(): Promise<readonly object[]>;
}

/** Starts the model API of the build, on one core if that is asked for. */
export async function startApi(scenario: Scenario, options: { core?: number } = {}): Promise<ApiProcess> {
  const server = await startServer([child, JSON.stringify(scenario)], options);
  return { ...server, bodies: async () => (await server.ask<{ bodies: object[] }>("bodies")).bodies };
}

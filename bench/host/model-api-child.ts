/**
 * Serves the model API of the build in this process, until the process that started it is gone: `node model-api-child.ts SCENARIO`.
 * Tells it the address first, and on the word `bodies` what all requests said.
 */
import { loadModelApi } from "./build.ts";
import type { Scenario } from "./model-api.ts";

const { startModelApi } = await loadModelApi();
const api = await startModelApi(JSON.parse(process.argv[2] ?? "{}") as Scenario);
process.on("message", () => process.send?.({ bodies: api.requests.map(({ body }) => body) }));
process.on("disconnect", () => void api.close());
process.send?.({ url: api.url });

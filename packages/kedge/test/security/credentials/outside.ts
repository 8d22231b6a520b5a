/** The world outside, as a network without one has it: the host of the API, and one page, behind a certificate that the process trusts. */
import { request as requestHttp } from "node:http";
import { createServer } from "node:https";
import type { TestCertificate } from "../../support/certificate.ts";
import { PUBLIC_ADDRESS } from "./sinks.ts";

/** Whom sessions ask that were told of no other address. */
export const API_HOST = "api.anthropic.com";

/** A host of which the model wants a page. */
export const PAGE_HOST = "page.public.test";

export interface Outside extends AsyncDisposable {
  /** Where requests for the API go on to. */
  api: string;
  /** Requests for the page, with their headers; whoever has read them empties it. */
  readonly pages: string[];
}

/** Takes port 443 of the address that names outside have here. */
export async function openOutside({ key, cert }: TestCertificate): Promise<Outside> {
  const outside = { api: "", pages: [] as string[] };
  const server = createServer({ key, cert }, (request, response) => {
    if (request.headers.host !== API_HOST) {
      outside.pages.push([request.url, ...request.rawHeaders].join("\n"));
      response.writeHead(200, { "content-type": "text/html" }).end("<p>a page");
      return;
    }
    const { method = "GET", headers, url = "/" } = request;
    const onward = requestHttp(new URL(url, outside.api), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(443, PUBLIC_ADDRESS, resolve));
  return Object.assign(outside, {
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  });
}

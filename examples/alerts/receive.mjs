// A webhook receiver: verifies the signature (Standard Webhooks) with nothing but Node, tells each message once, and prints it.
import { createHmac, timingSafeEqual } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";

const key = Buffer.from(process.env.HOOK_SECRET.replace(/^whsec_/, ""), "base64");
const seen = new Set();

function isGenuine({ headers }, body) {
  const { "webhook-id": id, "webhook-timestamp": at, "webhook-signature": signatures = "" } = headers;
  if (Math.abs(Date.now() / 1000 - Number(at)) > 300) return false;
  const own = createHmac("sha256", key).update(`${id}.${at}.${body}`).digest();
  return signatures.split(" ").some((each) => {
    const other = Buffer.from(each.replace(/^v1,/, ""), "base64");
    return other.length === own.length && timingSafeEqual(own, other);
  });
}

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8").on("data", (chunk) => (body += chunk));
  request.on("end", () => {
    const id = request.headers["webhook-id"];
    if (!isGenuine(request, body)) return response.writeHead(401).end();
    if (!seen.has(id)) {
      seen.add(id);
      const { type, data } = JSON.parse(body);
      console.log(`${type}: ${data.title}`);
      for (const { label, words } of data.lines)
        if (label !== "Since" && label !== "From") console.log(`  ${label}: ${words}`);
    }
    response.writeHead(204).end();
  });
});
server.listen(0, "127.0.0.1", () =>
  writeFileSync(process.argv[2], `http://127.0.0.1:${server.address().port}`),
);

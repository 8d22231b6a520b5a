import { describe, expect, test } from "vitest";
import { type HttpSketch, post } from "../support/http-handler.ts";
import { serve } from "../support/http-server.ts";

const env = {
  PLAIN: "plain-value",
  OTHER: "other-value",
  NESTED: "$OTHER ${OTHER}",
  API_KEY: "PLANTED-1",
  GITHUB_TOKEN: "PLANTED-2",
  CLIENT_SECRET: "PLANTED-3",
  DB_PASSWORD: "PLANTED-4",
  ANTHROPIC_BASE: "PLANTED-5",
  AWS_REGION: "PLANTED-6",
  my_token: "PLANTED-7",
  LINE: "a\r\nX-Injected: yes",
};
const all = Object.keys(env);

/** What arrives of the headers that a handler has, and how it ended. */
async function send(sketch: HttpSketch & { readonly headers: Readonly<Record<string, string>> }) {
  await using server = await serve((response) => response.end());
  const { ending } = await post(server.url, { ...sketch, policy: { env, ...sketch.policy } });
  return {
    ending,
    headers: server.received[0]?.headers,
    raw: JSON.stringify(server.received),
    connections: server.connections,
  };
}

describe("variables in headers", () => {
  test.each<[template: string, arrives: string]>([
    ["$PLAIN", "plain-value"],
    ["${PLAIN}", "plain-value"],
    ["Bearer ${PLAIN}.$OTHER!", "Bearer plain-value.other-value!"],
    ["$PLAIN$PLAIN", "plain-valueplain-value"],
    ["${PLAIN}S$PLAINS.", "plain-valueS."],
    ["$NESTED", "$OTHER ${OTHER}"],
    ["<$MISSING${MISSING}>", "<>"],
    ["<$constructor${__proto__}$toString>", "<>"],
    ["$5 ${} ${A-B} $", "$5 ${} ${A-B} $"],
  ])("%s", async (template, arrives) => {
    const allowedEnvVars = [...all, "MISSING", "constructor", "__proto__", "toString"];
    const { headers } = await send({ headers: { "x-a": template }, allowedEnvVars });
    expect(headers?.["x-a"]).toBe(arrives);
  });

  test("that the handler does not list arrive empty", async () => {
    const names = { AWS_SECRET_ACCESS_KEY: "PLANTED-8", ANTHROPIC_API_KEY: "PLANTED-9" };
    const headers = { "X-A": "$AWS_SECRET_ACCESS_KEY", "X-B": "${ANTHROPIC_API_KEY}", "X-C": "$PLAIN" };
    for (const refusesSecrets of [true, false]) {
      for (const allowedEnvVars of [[], ["*"], ["AWS_*", ".*"], ["plain"]]) {
        const policy = { env: { ...env, ...names }, refusesSecrets };
        const sent = await send({ headers, allowedEnvVars, policy });
        expect(sent.headers).toMatchObject({ "x-a": "", "x-b": "", "x-c": "" });
        expect(sent.raw).not.toContain("PLANTED");
      }
    }
  });

  test("that the settings narrow away arrive empty", async () => {
    const headers = { "x-a": "$PLAIN", "x-b": "$OTHER" };
    const narrowed = async (allowedEnvVars: readonly string[] | undefined) => {
      const sent = await send({ headers, allowedEnvVars: all, policy: { allowedEnvVars } });
      return [sent.headers?.["x-a"], sent.headers?.["x-b"]];
    };
    expect(await narrowed(undefined)).toEqual(["plain-value", "other-value"]);
    expect(await narrowed(["PLAIN", "MISSING"])).toEqual(["plain-value", ""]);
    expect(await narrowed([])).toEqual(["", ""]);
    expect(await narrowed(["*"])).toEqual(["", ""]);
  });

  test("with names of secrets arrive only where they may be listed", async () => {
    const secrets = all.filter((name) => env[name as keyof typeof env].startsWith("PLANTED"));
    expect(secrets).toHaveLength(7);
    const headers = Object.fromEntries(secrets.map((name) => [`x-${name}`, `<\${${name}}>`]));
    const refused = await send({ headers, allowedEnvVars: all });
    expect(refused.raw).not.toContain("PLANTED");
    expect(refused.headers?.["x-api_key"]).toBe("<>");
    const allowed = await send({ headers, allowedEnvVars: all, policy: { refusesSecrets: false } });
    for (const name of secrets)
      expect(allowed.headers?.[`x-${name}`.toLowerCase()]).toBe(`<${env[name as keyof typeof env]}>`);
  });

  test("that hold secrets under other names, or that look like secrets, arrive only there as well", async () => {
    const secrets = {
      DATABASE_URL: "postgres://app:PLANTED-10@db.internal/app",
      LABEL: `ghp_${"PLANTED11".repeat(4)}`,
      COPY: "build PLANTED-12-of-the-user",
      MY_TOKEN: "PLANTED-12-of-the-user",
      GITHUB_PAT: "PLANTED-13-of-the-user",
    };
    const names = Object.keys(secrets);
    const headers = Object.fromEntries(names.map((name) => [`x-${name}`, `<$${name}>`]));
    const about = { headers, allowedEnvVars: names };
    const refused = await send({ ...about, policy: { env: secrets } });
    expect(names.map((name) => refused.headers?.[`x-${name}`.toLowerCase()])).toEqual(names.map(() => "<>"));
    const allowed = await send({ ...about, policy: { env: secrets, refusesSecrets: false } });
    expect(allowed.headers?.["x-copy"]).toBe("<build PLANTED-12-of-the-user>");
  });

  test("are not looked for in names of headers, in the URL or in the input", async () => {
    await using server = await serve((response) => response.end());
    await post(`${server.url}?$PLAIN`, {
      headers: { "x-$PLAIN": "1" },
      allowedEnvVars: all,
      input: { a: "$PLAIN" },
      policy: { env },
    });
    expect(server.received[0]).toMatchObject({ target: "/hook?$PLAIN", headers: { "x-$plain": "1" } });
    expect(server.received[0]?.body).toContain("$PLAIN");
  });
});

describe("a value that no header may hold", () => {
  test.each(["a\r\nX-Injected: yes", "a\nb", "a\rb", "a\0b", "\u0001", "\u007f", "漢字", "trailing\n"])(
    "%j from a variable: nothing is sent",
    async (value) => {
      const policy = { env: { VALUE: value } };
      const sent = await send({ headers: { "X-A": "Bearer $VALUE" }, allowedEnvVars: ["VALUE"], policy });
      expect(sent.ending).toMatchObject({ type: "http", exitCode: null });
      expect(sent.ending.failure).toBe(
        'not sent: header "X-A" would hold characters that no header may hold',
      );
      expect(sent.connections).toBe(0);
    },
  );

  test("does no harm in a variable that is not allowed", async () => {
    const sent = await send({ headers: { "x-a": "<$LINE>" } });
    expect(sent.headers?.["x-a"]).toBe("<>");
    expect(sent.raw).not.toContain("Injected");
  });

  test("and a name that no header may have are failures", async () => {
    const sent = await send({ headers: { "X A": "1" } });
    expect(sent.ending.failure).toBe("the request failed: ERR_INVALID_HTTP_TOKEN");
    expect(sent.connections).toBe(0);
  });

  test("a tab and Latin-1 are fine", async () => {
    const sent = await send({ headers: { "x-a": "a\tb é" } });
    expect(sent.headers?.["x-a"]).toBe("a\tb é");
  });
});

/**
 * What leaves the machine, byte by byte: failures whose every field holds secrets and private words, from the spool through the ledger and the
 * outbox to a receiver of each type of channel.
 */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createChildProcesses } from "../../src/platform/index.ts";
import { openOutbox } from "../../src/recovery/alerts/outbox.ts";
import { drainAlerts, type SendingChannel } from "../../src/recovery/alerts/sender.ts";
import { createChannel } from "../../src/recovery/channels/open-channels.ts";
import { openIncidentBook } from "../../src/recovery/incidents/incident-book.ts";
import { openLedger } from "../../src/recovery/ledger/ledger.ts";
import type { ChannelRule } from "../../src/recovery/policy/channel.ts";
import { createZone, type Zone } from "../../src/recovery/reset-zone.ts";
import { createRedactor } from "../../src/redact/index.ts";
import { builders } from "../redact/planted-secrets.ts";
import { serve } from "../support/http-server.ts";
import { makeRecovery } from "../support/recovery-world.ts";
import {
  ACCOUNT,
  bytesOf,
  CHANNEL,
  formsOf,
  leaveFailures,
  PRIVATE,
  plant,
  planted,
  plantName,
  readMail,
} from "./alert-secrets-world.ts";
import { serveSmtp } from "./channel-smtp-server.ts";
import { HOUR, MINUTE, RULES } from "./incident-world.ts";
import { makeIngester } from "./spool-world.ts";

test("no byte of a secret, and no private word, in what any type of channel sends of any kind of message", async () => {
  const world = makeRecovery();
  const { stateDir, homeDir, folder } = world;
  // Spool and outbox have one clock, which the test moves.
  const now = (): number => world.now;
  await using closing = new AsyncDisposableStack();
  const web = closing.use(await serve((response) => response.end()));
  const smtp = closing.use(await serveSmtp());
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const out = (name: string): string => join(folder, `${name}.out`);
  for (const name of ["command", "desktop"]) writeFileSync(out(name), "");
  const program = join(bin, "notify-send");
  writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$@" >>"$KEDGE_TEST_DESKTOP"\n`);
  chmodSync(program, 0o700);

  const rules: Readonly<Record<string, ChannelRule>> = {
    [plantName("aws id", CHANNEL, "hook")]: {
      type: "webhook",
      url: `${web.url}/webhook`,
      secrets: [],
      headers: {},
    },
    slack: { type: "slack", url: { env: "SLACK" } },
    pagerduty: { type: "pagerduty", url: `${web.url}/pagerduty`, routingKey: { env: "ROUTING" } },
    ntfy: { type: "ntfy", server: `${web.url}/ntfy`, topic: { env: "TOPIC" }, token: null },
    email: {
      ...{ type: "email", smtp: `smtp://127.0.0.1:${smtp.port}` },
      ...{ from: "kedge@ops.example", to: ["team@ops.example"] },
    },
    desktop: { type: "desktop" },
    command: { type: "command", argv: ["sh", "-c", 'cat >>"$KEDGE_TEST_COMMAND"'] },
  };
  const env = {
    ...{ PATH: `${bin}:${process.env.PATH}`, SLACK: `${web.url}/slack`, ROUTING: "r0", TOPIC: "kedge" },
    ...{ KEDGE_TEST_DESKTOP: out("desktop"), KEDGE_TEST_COMMAND: out("command") },
  };
  const names = Object.keys(rules);
  const alertRules = { ...RULES, groupWaitMs: 0, routes: [{ channels: names }] };

  // As `kedge` wires them: everything passes the redactor before it is stored, and again before it leaves.
  const redactor = createRedactor();
  const ledger = closing.use(
    await openLedger({ stateDir, redactor, now, zone: "UTC", alertRules: async () => alertRules }),
  );
  const moment = { now, zone: createZone("UTC") as Zone };
  const outbox = closing.use(
    await openOutbox({ stateDir, rules: alertRules, moment, holder: "test", random: () => 0.5 }),
  );
  const book = closing.use(await openIncidentBook({ stateDir, rules: alertRules, now }));
  const children = closing.use(createChildProcesses());
  const ports = { env, homeDir, now, children, redactor, platform: "linux" };
  const channels = Object.entries(rules).map(
    ([name, rule]): SendingChannel => ({
      ...createChannel(name, rule, ports),
      rule: "r",
    }),
  );
  const sent = new Map<string, string[]>();
  const troubles: unknown[] = [];
  const send = async (to: readonly SendingChannel[]): Promise<void> => {
    for (;;) {
      const due = (await Promise.all(to.map((channel) => outbox.nextDue(channel)))).filter(
        (each) => each !== null,
      );
      if (due.length === 0) return;
      world.now = Math.max(world.now, Math.min(...due));
      await drainAlerts({
        ...{ outbox, channels: to, withinMs: 60_000 },
        onSent({ channel, message, delivery }) {
          if (delivery.outcome !== "delivered") troubles.push([channel, delivery]);
          sent.set(message.kind, [...(sent.get(message.kind) ?? []), channel]);
        },
      });
    }
  };

  const kinds = Object.keys(builders);
  const accounts = new Map<string, string>();
  const ingester = await makeIngester(world, ledger, {
    accountOf: async ({ transcriptPath = "" }) => {
      const kind = kinds[Number(/projects\/-(\d+)-/.exec(transcriptPath)?.[1])] ?? "";
      const known = accounts.get(transcriptPath) ?? `name:${plantName(kind, ACCOUNT, `a${accounts.size}`)}`;
      accounts.set(transcriptPath, known);
      return known;
    },
  });
  for (const [number, kind] of kinds.entries()) leaveFailures(world, kind, number);
  world.now += MINUTE;
  expect(await ingester.drain()).toMatchObject({ files: kinds.length * 2, setAside: 0 });
  await ingester.close();

  // One is told nothing until all is over, and gets a digest.
  const late = channels.filter(({ name }) => name === "ntfy");
  await send(channels.filter((channel) => !late.includes(channel)));
  world.now += 5 * HOUR;
  await outbox.sweep();
  await send(channels.filter((channel) => !late.includes(channel)));
  const incidents = await book.list({ open: true, limit: 1_000 });
  for (const [index, { id }] of incidents.entries()) {
    const kind = kinds[index % kinds.length] ?? "";
    await book.resolve(id, `${plant(kind).text} by ${PRIVATE.person}, see ${PRIVATE.folder}/fix.md`);
  }
  for (const name of names) await outbox.addTest(name);
  await send(channels);

  expect(troubles).toEqual([]);
  expect(incidents.length).toBeGreaterThan(kinds.length);
  expect(new Set(incidents.map(({ cause }) => cause))).toEqual(
    new Set(["auth", "billing", "invalid_request", "plan_window", "server", "unknown"]),
  );
  for (const kind of ["open", "reminder", "resolve", "test"])
    expect(new Set(sent.get(kind)).size).toBeGreaterThanOrEqual(kind === "test" ? 7 : 6);
  expect(sent.get("digest")).toContain("ntfy");

  const received: Readonly<Record<string, string>> = {
    ...Object.fromEntries(
      ["webhook", "slack", "pagerduty", "ntfy"].map((name) => [
        name,
        web.received
          .filter(({ target }) => target.endsWith(name))
          .map(bytesOf)
          .join("\n"),
      ]),
    ),
    email: [...smtp.plain, ...smtp.mails.map(readMail)].join("\n"),
    desktop: readFileSync(out("desktop"), "utf8"),
    command: readFileSync(out("command"), "utf8"),
  };
  const forbidden = [
    ...planted.flatMap(({ name, secret }) => formsOf(secret).map((form) => [name, form] as const)),
    ...Object.entries(PRIVATE),
    ...["ulrike", "customer.example", "Lohnabrechnung", "Zweigstelle", "zz9", stateDir, homeDir].map(
      (word) => ["private", word] as const,
    ),
  ];
  const hits = Object.entries(received).flatMap(([channel, bytes]) =>
    forbidden.filter(([, form]) => bytes.includes(form)).map(([name, form]) => [channel, name, form]),
  );
  expect(hits).toEqual([]);
  for (const bytes of Object.values(received)) {
    // The secrets were on their way: what stands in their place came through.
    expect(bytes).toContain("[redacted: ");
    expect(bytes).not.toMatch(/(?<![\w/:.])\/(?:home|root|tmp|work|Users)\//);
  }
}, 120_000);

/** What is told when nothing can be kept: past the outbox, to a real receiver. */
import { expect, test } from "vitest";
import { ALERTS_PART, createHealthBook } from "../../src/cli/up/health.ts";
import { createLedgerAlarm } from "../../src/cli/up/ledger-alarm.ts";
import { createChildProcesses } from "../../src/platform/index.ts";
import { createChannel, createZone, type SendingChannel } from "../../src/recovery/index.ts";
import { createRedactor } from "../../src/redact/index.ts";
import { serve } from "../support/http-server.ts";

const MINUTE = 60_000;

test("is told once when it lasts, again to whom it could not be told, and once when it is over", async () => {
  let status = 500;
  await using receiver = await serve((response) => response.writeHead(status).end());
  await using children = createChildProcesses();
  const clock = { nowMs: Date.parse("2026-11-21T03:00:00Z") };
  const now = (): number => clock.nowMs;
  const zone = createZone("UTC");
  if (zone === undefined) throw new Error("Expected UTC");
  const channel: SendingChannel = {
    rule: "",
    ...createChannel(
      "hook",
      { type: "webhook", url: receiver.url, secrets: [], headers: {} },
      { env: {}, homeDir: "/nonexistent", now, children, redactor: createRedactor() },
    ),
  };
  const alarm = createLedgerAlarm([channel], { moment: { now, zone }, log: () => {}, name: "one" });
  const health = createHealthBook({ spool: MINUTE }, now);
  const look = () => alarm.look(health.ledgerTrouble());
  const types = () => receiver.received.map(({ body }) => JSON.parse(body).type);

  await look();
  expect(health.trouble("spool", "The disk is full.")).toBe(true);
  clock.nowMs += MINUTE - 1;
  expect(health.trouble("spool", "The disk is full.")).toBe(false);
  await look();
  expect(types()).toEqual([]);
  clock.nowMs += 1;
  await look();
  await look();
  expect(types()).toEqual(["incident.opened"]);
  status = 204;
  clock.nowMs += 5 * MINUTE;
  await look();
  clock.nowMs += 60 * MINUTE;
  await look();
  expect(types()).toEqual(["incident.opened", "incident.opened"]);
  health.well("spool");
  await look();
  await look();
  expect(types()).toEqual(["incident.opened", "incident.opened", "incident.resolved"]);
  const messages = receiver.received.map(({ body }) => JSON.parse(body).data);
  expect(new Set(messages.map(({ incident }) => incident.dedupKey)).size).toBe(1);
  expect(messages[0].id).toBe(messages[1].id);
  expect(messages[0].title).toBe("Kedge cannot keep what fails");
});

test("a part that hangs is not well, and neither is one with trouble", () => {
  const clock = { nowMs: 0 };
  const health = createHealthBook({ spool: MINUTE, other: 2 * MINUTE }, () => clock.nowMs);
  expect(health.read().isWell).toBe(true);
  clock.nowMs += MINUTE + 1;
  expect(
    health
      .read()
      .parts.filter(({ isWell }) => !isWell)
      .map(({ name }) => name),
  ).toEqual(["spool"]);
  health.well("spool");
  expect(health.read().isWell).toBe(true);
  health.trouble("other", "It is locked.");
  expect(health.read()).toMatchObject({ isWell: false });
  expect(health.ledgerTrouble()).toEqual({ sinceMs: clock.nowMs, why: "It is locked." });
  health.well("other");
  expect(health.ledgerTrouble()).toBeNull();
  health.trouble(ALERTS_PART, "A receiver is down.");
  expect([health.read().isWell, health.ledgerTrouble()]).toEqual([false, null]);
});

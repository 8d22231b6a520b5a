/** What each channel makes of a message: its form, its limits, and texts that would be read as something else than text. */
import { describe, expect, test } from "vitest";
import { cleanMessage } from "../../src/recovery/channels/clean-message.ts";
import { commandInput } from "../../src/recovery/channels/command.ts";
import { desktopCommand } from "../../src/recovery/channels/desktop.ts";
import { emailForm } from "../../src/recovery/channels/email.ts";
import { ntfyBody } from "../../src/recovery/channels/ntfy.ts";
import { pagerdutyBodies } from "../../src/recovery/channels/pagerduty.ts";
import { slackBody } from "../../src/recovery/channels/slack.ts";
import { webhookBody } from "../../src/recovery/channels/webhook.ts";
import { createRedactor } from "../../src/redact/index.ts";
import {
  ACKNOWLEDGED,
  CRITICAL,
  DIGEST,
  EVIL,
  HUGE,
  OPENED,
  RESOLVED,
  TEST,
  TOKEN,
} from "./channel-world.ts";

const ALL = [OPENED, ACKNOWLEDGED, RESOLVED, TEST, DIGEST, EVIL, HUGE, cleanMessage(EVIL, createRedactor())];
const KEY = "0".repeat(32);

/** https://docs.slack.dev/reference/block-kit/blocks: blocks of a message, characters of a header and of a section's text. */
const SLACK = { blocks: 50, header: 150, section: 3_000 };
/** https://docs.slack.dev/changelog/2018-truncating-really-long-messages: characters of the text of a message. */
const SLACK_TEXT = 40_000;
/** https://developer.pagerduty.com/docs/send-alert-event: characters of the summary and the key; bytes of an event. */
const PAGERDUTY = { summary: 1_024, key: 255, bytes: 512 * 1_024 };
/** https://github.com/standard-webhooks/standard-webhooks, specification, "Payload size": 20 kB. */
const WEBHOOK_BYTES = 20_000;
/** https://docs.ntfy.sh/publish/, "Limitations": a longer message becomes an attachment. */
const NTFY_MESSAGE_BYTES = 4_096;
/** RFC 5322, 2.1.1: characters of a line. */
const MAIL_LINE = 998;

interface SlackText {
  readonly type: string;
  readonly text: string;
}
interface Slack {
  readonly text: string;
  readonly mrkdwn: boolean;
  readonly blocks: readonly {
    readonly type: string;
    readonly text?: SlackText;
    readonly elements?: SlackText[];
  }[];
}
interface PagerdutyEvent {
  readonly routing_key: string;
  readonly event_action: string;
  readonly dedup_key: string;
  readonly payload?: Readonly<Record<string, unknown>>;
}

const slack = (message: typeof OPENED): Slack => JSON.parse(slackBody(message));
const pagerduty = (message: typeof OPENED): PagerdutyEvent[] =>
  pagerdutyBodies(message, KEY).map((body) => JSON.parse(body));

describe("the forms", () => {
  test("webhook", () => {
    expect(JSON.parse(webhookBody(OPENED))).toMatchSnapshot();
    const types = [
      OPENED,
      RESOLVED,
      TEST,
      DIGEST,
      { ...OPENED, kind: "update" },
      { ...OPENED, kind: "reminder" },
      ACKNOWLEDGED,
    ];
    expect(types.map((each) => JSON.parse(webhookBody(each as typeof OPENED)).type)).toEqual([
      ...["incident.opened", "incident.resolved", "alerts.test", "alerts.digest"],
      ...["incident.updated", "incident.reminded", "incident.acknowledged"],
    ]);
    expect(commandInput(OPENED)).toBe(`${webhookBody(OPENED)}\n`);
  });

  test("Slack", () => expect(slack(OPENED)).toMatchSnapshot());

  test("PagerDuty", () => expect([OPENED, ACKNOWLEDGED, RESOLVED, TEST].map(pagerduty)).toMatchSnapshot());

  test("PagerDuty, of a digest: none, since nobody would ever close it", () =>
    expect(pagerduty(DIGEST)).toEqual([]));

  test("ntfy", () => {
    expect(JSON.parse(ntfyBody(OPENED, "topic"))).toMatchSnapshot();
    const priorities = [
      CRITICAL,
      OPENED,
      TEST,
      RESOLVED,
      { ...ACKNOWLEDGED, severity: "critical" as const },
    ].map((each) => JSON.parse(ntfyBody(each, "topic")).priority);
    expect(priorities).toEqual([5, 4, 3, 3, 3]);
  });

  test("e-mail", () => expect(emailForm(OPENED, "kedge@ops.example")).toMatchSnapshot());

  test("desktops", () => {
    expect(["linux", "darwin", "win32"].map((each) => desktopCommand(OPENED, each))).toMatchSnapshot();
  });
});

describe("published limits hold for every message", () => {
  test.each(ALL.map((message, at) => [at, message] as const))("message %d", (_, message) => {
    expect(Buffer.byteLength(webhookBody(message))).toBeLessThan(WEBHOOK_BYTES);

    const { text, blocks, mrkdwn } = slack(message);
    expect(mrkdwn).toBe(false);
    expect(text.length).toBeLessThanOrEqual(SLACK_TEXT);
    expect(blocks.length).toBeLessThanOrEqual(SLACK.blocks);
    for (const { type, text, elements } of blocks) {
      const texts = text === undefined ? (elements ?? []) : [text];
      const most = type === "header" ? SLACK.header : SLACK.section;
      expect(texts.length).toBeGreaterThan(0);
      for (const { text } of texts) {
        expect(text.length).toBeGreaterThan(0);
        expect(text.length).toBeLessThanOrEqual(most);
      }
    }

    for (const event of pagerdutyBodies(message, KEY)) {
      expect(Buffer.byteLength(event)).toBeLessThanOrEqual(PAGERDUTY.bytes);
      const { payload, dedup_key, event_action } = JSON.parse(event) as PagerdutyEvent;
      expect(dedup_key.length).toBeLessThanOrEqual(PAGERDUTY.key);
      expect(["trigger", "acknowledge", "resolve"]).toContain(event_action);
      if (event_action !== "trigger") continue;
      expect(String(payload?.summary).length).toBeLessThanOrEqual(PAGERDUTY.summary);
      expect(["critical", "error", "warning", "info"]).toContain(payload?.severity);
      expect(payload?.source).toBe("kedge");
    }

    const { message: words } = JSON.parse(ntfyBody(message, "topic")) as { readonly message: string };
    expect(Buffer.byteLength(words)).toBeLessThanOrEqual(NTFY_MESSAGE_BYTES);
    expect(words).not.toBe("");

    const { subject, messageId, thread } = emailForm(message, "kedge@ops.example");
    for (const line of [subject, messageId, thread ?? ""]) {
      expect(line.length).toBeLessThanOrEqual(MAIL_LINE);
      expect(line).not.toMatch(/[\r\n]/);
    }
  });

  test("what is too long is cut, and the title and the facts stay", () => {
    const { data } = JSON.parse(webhookBody(HUGE));
    expect(data.title).toMatch(/^€"€"/);
    expect(data.incident).toMatchObject({ id: "i_4f2a", failures: 41 });
    expect(data.lines.length).toBeGreaterThan(0);
    expect(webhookBody(HUGE).isWellFormed()).toBe(true);
  });
});

describe("nothing in a message is read as anything but text", () => {
  const clean = cleanMessage(EVIL, createRedactor());
  const everything = [
    ...[webhookBody(clean), slackBody(clean), ...pagerdutyBodies(clean, KEY), ntfyBody(clean, "topic")],
    ...[
      JSON.stringify(emailForm(clean, "kedge@ops.example")),
      JSON.stringify(desktopCommand(clean, "linux")),
    ],
    commandInput(clean),
  ];

  test("secrets, addresses of people, paths and invisible characters are in no form", () => {
    for (const text of everything) {
      for (const word of [TOKEN, "eve@", "/home", "ulrike", "~/x", "\u202e", "\\u202e", "\\u0000"])
        expect(text).not.toContain(word);
      expect(text).toContain("[address]");
      expect(text).toContain("[path]");
    }
  });

  test("Slack reads markup in the command alone, and there nothing is left of it", () => {
    const { blocks, text } = slack(clean);
    const marked = blocks.flatMap(({ text }) => (text?.type === "mrkdwn" ? [text.text] : []));
    expect(marked).toHaveLength(1);
    const inside = /^```([\s\S]*)```$/.exec(marked[0] ?? "")?.[1] ?? "`";
    for (const each of [inside, text]) expect(each).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
    expect(inside).not.toContain("`");
    const others = blocks.flatMap(({ text, elements = [] }) => [...(text ? [text] : []), ...elements]);
    expect(others.filter(({ type }) => type !== "mrkdwn").every(({ type }) => type === "plain_text")).toBe(
      true,
    );
  });

  test("no text is an option of a program, and scripts are the same whatever a message says", () => {
    for (const platform of ["linux", "darwin"]) {
      const argv = desktopCommand(clean, platform) ?? [];
      const end = argv.indexOf("--");
      expect(argv.slice(0, end)).toEqual(desktopCommand(OPENED, platform)?.slice(0, end));
      expect(argv.slice(end + 1)).toHaveLength(2);
      for (const text of argv.slice(end + 1)) expect(text).not.toMatch(/^-/);
    }
  });

  test("cleaning again changes nothing, ids stay, and so do names that look like nothing else", () => {
    expect(cleanMessage(clean, createRedactor())).toEqual(clean);
    expect(cleanMessage(OPENED, createRedactor())).toEqual(OPENED);
    const fine = {
      ...OPENED,
      title: "npm i left-pad@1.3.0 and/or https://docs.example/a/b/c, 3/4 done, ~5 min",
    };
    expect(cleanMessage(fine, createRedactor())).toEqual(fine);
  });
});

describe("one incident is one thing", () => {
  test("a key and a thread for as long as it lasts, another id for each message", () => {
    const forms = [OPENED, RESOLVED].map((each) => emailForm(each, "kedge@ops.example"));
    expect(new Set(forms.map(({ thread }) => thread)).size).toBe(1);
    expect(new Set(forms.map(({ messageId }) => messageId)).size).toBe(2);
    expect(emailForm(OPENED, "kedge@ops.example")).toEqual(forms[0]);
    expect(
      [OPENED, RESOLVED].flatMap(pagerduty).map(({ dedup_key, event_action }) => [event_action, dedup_key]),
    ).toEqual([
      ["trigger", OPENED.incident?.dedupKey],
      ["resolve", OPENED.incident?.dedupKey],
    ]);
  });

  test("a test is triggered and resolved under a key of its own", () => {
    const [trigger, resolve, ...others] = pagerduty(TEST);
    expect(others).toEqual([]);
    expect([trigger?.event_action, resolve?.event_action]).toEqual(["trigger", "resolve"]);
    expect(trigger?.dedup_key).toBe(resolve?.dedup_key);
    expect(trigger?.dedup_key).not.toBe(pagerduty({ ...TEST, id: "msg_0009" })[0]?.dedup_key);
  });
});

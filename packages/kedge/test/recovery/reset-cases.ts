import type { Precision } from "../../src/recovery/verdict.ts";

/** A text, when and where it was written, and what it says. */
export type ResetCase = readonly [
  text: string,
  messageAt: string,
  zone: string,
  /** ISO instant, or null for a text that says none. */
  at: string | null,
  facts?: {
    readonly precision?: Precision;
    readonly isPlausible?: boolean;
    readonly zone?: string;
    readonly unknownZone?: string;
    readonly window?: string;
  },
];

const NOON = "2026-02-10T12:00:00Z";
const NY = "America/New_York";
const HOUR = { precision: "hour" } as const;
const MINUTE = { precision: "minute" } as const;
const EXACT = { precision: "exact" } as const;
const NEVER = { isPlausible: false } as const;

/** Every wording that was seen, and near relatives. */
export const WORDINGS: readonly ResetCase[] = [
  [
    "Claude AI usage limit reached|1770728400",
    NOON,
    NY,
    "2026-02-10T13:00:00Z",
    { ...EXACT, isPlausible: true },
  ],
  [
    "API Error: Request rejected (429) · Claude AI usage limit reached|4102444800",
    NOON,
    NY,
    "2100-01-01T00:00:00Z",
    NEVER,
  ],
  ["usage limit reached | 1770728400123", NOON, NY, "2026-02-10T13:00:00.123Z", EXACT],
  ["usage limit reached|177072840", NOON, NY, null],
  ["usage limit reached|17707284001", NOON, NY, null],
  [
    "5-hour limit reached ∙ resets 3am",
    "2026-02-10T05:00:00Z",
    NY,
    "2026-02-10T08:01:00Z",
    { ...HOUR, isPlausible: true, window: "five_hour" },
  ],
  ["5-hour limit reached · resets 3am", "2026-02-10T05:00:00Z", NY, "2026-02-10T08:01:00Z", HOUR],
  ["5-hour limit reached • resets 3am", "2026-02-10T05:00:00Z", NY, "2026-02-10T08:01:00Z", HOUR],
  ["5-hour limit reached ∙ resets 3am", NOON, NY, "2026-02-11T08:01:00Z", NEVER],
  [
    "You've hit your limit · resets 2am (Europe/Paris)",
    NOON,
    NY,
    "2026-02-11T01:01:00Z",
    { zone: "Europe/Paris", isPlausible: true },
  ],
  [
    "You've hit your session limit · resets 3:45pm",
    "2026-02-10T18:00:00Z",
    NY,
    "2026-02-10T20:46:00Z",
    { ...MINUTE, isPlausible: true, window: "five_hour" },
  ],
  [
    "You've hit your weekly limit · resets Mon 12:00am",
    NOON,
    NY,
    "2026-02-16T05:01:00Z",
    { ...MINUTE, isPlausible: true, window: "seven_day" },
  ],
  [
    "resets Feb 17 at 2pm (Asia/Seoul)",
    NOON,
    NY,
    "2026-02-17T05:01:00Z",
    { zone: "Asia/Seoul", isPlausible: true },
  ],
  [
    "You're out of extra usage · resets 11:30am (Asia/Colombo)",
    NOON,
    NY,
    "2026-02-11T06:01:00Z",
    { zone: "Asia/Colombo" },
  ],
  ["You've hit your limit · resets Jan 1, 2100, 12am (UTC)", NOON, NY, "2100-01-01T00:01:00Z", NEVER],
  [
    "spend limit reached (daily; resets 2026-08-09 00:00 UTC)",
    "2026-08-08T12:00:00Z",
    NY,
    "2026-08-09T00:01:00Z",
    { ...MINUTE, isPlausible: true, window: "daily" },
  ],
  [
    "spend limit reached (monthly; resets 2026-09-01 00:00 UTC)",
    "2026-08-08T12:00:00Z",
    NY,
    "2026-09-01T00:01:00Z",
    { isPlausible: true },
  ],
  ["You will regain access on 2026-03-01 at 00:00 UTC.", NOON, NY, "2026-03-01T00:01:00Z", MINUTE],
  ["You've reached your Opus limit.", NOON, NY, null],
  ["You have reached your Fable 5 limit", NOON, NY, null],
  ["Credit balance is too low", NOON, NY, null],
  ["", NOON, NY, null],
  ["resets soon", NOON, NY, null],
  ["resets monthly", NOON, NY, null],
  ["usually temporary — try again in a moment", NOON, NY, null],
  ["resets marching 3", NOON, NY, null],
  ["presets 3pm", NOON, NY, null],
  ["resets 3", NOON, NY, null],
  ["resets 15:45", NOON, NY, "2026-02-10T20:46:00Z", MINUTE],
  ["resets at 00:00", NOON, NY, "2026-02-11T05:01:00Z", MINUTE],
  ["resets at 15:45:30", NOON, NY, "2026-02-10T20:45:30Z", EXACT],
  ["resets at 3 p.m.", NOON, NY, "2026-02-10T20:01:00Z", HOUR],
  ["resets at 3 P.M. (Europe/Paris)", NOON, NY, "2026-02-10T14:01:00Z", HOUR],
  ["resets 3:45\u202fPM", NOON, NY, "2026-02-10T20:46:00Z", MINUTE],
  ["resets\u00a03.45pm", NOON, NY, "2026-02-10T20:46:00Z", MINUTE],
  ["resets: 3pm", NOON, NY, "2026-02-10T20:01:00Z", HOUR],
  ["RESETS 3PM", NOON, NY, "2026-02-10T20:01:00Z", HOUR],
  ["resets 12am", NOON, "UTC", "2026-02-11T00:01:00Z", HOUR],
  ["resets 12pm", "2026-02-10T11:00:00Z", "UTC", "2026-02-10T12:01:00Z", HOUR],
  ["resets 12:30am", NOON, "UTC", "2026-02-11T00:31:00Z", MINUTE],
  ["resets 13pm", NOON, NY, null],
  ["resets 0pm", NOON, NY, null],
  ["resets 24:00", NOON, NY, null],
  ["resets 9:60am", NOON, NY, null],
  ["resets 2026-02-10T13:00:00Z", NOON, NY, "2026-02-10T13:00:00Z", { ...EXACT, zone: "UTC" }],
  ["resets 2026-02-10T13:00:00.250Z", NOON, NY, "2026-02-10T13:00:00Z", EXACT],
  ["resets 2026-02-10T18:30:00+05:30", NOON, NY, "2026-02-10T13:00:00Z", { zone: "+05:30" }],
  ["resets 2026-02-10 15:00", NOON, NY, "2026-02-10T20:01:00Z", MINUTE],
  ["resets 2026-02-12", NOON, NY, "2026-02-12T05:01:00Z", { precision: "day" }],
  ["resets 2026-02-30 00:00 UTC", NOON, NY, null],
  ["resets 2026-13-01 00:00 UTC", NOON, NY, null],
  ["resets 2026-02-10T11:00:00Z", NOON, NY, null],
  ["resets Thursday 3pm", NOON, NY, "2026-02-12T20:01:00Z"],
  ["resets Thu, 3pm", NOON, NY, "2026-02-12T20:01:00Z"],
  ["resets Sat., 5pm", NOON, NY, "2026-02-14T22:01:00Z"],
  ["resets 5pm on Saturday", NOON, NY, "2026-02-14T22:01:00Z"],
  ["resets Tue 3pm", NOON, NY, "2026-02-10T20:01:00Z"],
  ["resets Tue 3am", NOON, NY, "2026-02-17T08:01:00Z"],
  ["resets Mon", NOON, NY, "2026-02-16T05:01:00Z", { precision: "day" }],
  ["resets Tue, Feb 17, 2am", NOON, NY, "2026-02-17T07:01:00Z", { isPlausible: true }],
  ["resets 17 February 2026 14:00 GMT+1", NOON, NY, "2026-02-17T13:01:00Z", { zone: "+01:00" }],
  ["resets Feb 17th, 2pm", NOON, NY, "2026-02-17T19:01:00Z", NEVER],
  ["resets 2pm (Asia/Seoul), Tue Feb 17", NOON, NY, "2026-02-17T05:01:00Z"],
  ["resets 2pm on 17 Feb", NOON, "UTC", "2026-02-17T14:01:00Z", { isPlausible: false }],
  ["resets Feb 30 at 2pm", NOON, NY, null],
  ["resets Feb 9 at 2pm", NOON, NY, "2027-02-09T19:01:00Z", NEVER],
  ["resets today at 9pm", NOON, NY, "2026-02-11T02:01:00Z"],
  ["resets today at 1am", NOON, NY, null],
  ["resets tomorrow at 9am", NOON, NY, "2026-02-11T14:01:00Z"],
  ["resets 9am tomorrow", NOON, NY, "2026-02-11T14:01:00Z"],
  ["resets in 3h 20m", NOON, NY, "2026-02-10T15:21:00Z", MINUTE],
  ["quota will reset after 6h3m45.2s", NOON, NY, "2026-02-10T18:03:45Z", EXACT],
  ["try again in 3 hours and 5 minutes", NOON, NY, "2026-02-10T15:06:00Z", MINUTE],
  ["resets in 2 days", NOON, NY, "2026-02-12T12:01:00Z", { precision: "day" }],
  ["resets in 9 days", NOON, NY, "2026-02-19T12:01:00Z", NEVER],
  ["resets in", NOON, NY, null],
  ["resets 3am (Mars/Olympus)", NOON, NY, "2026-02-11T08:01:00Z", { zone: NY, unknownZone: "Mars/Olympus" }],
  ["resets 3am BST", NOON, NY, "2026-02-11T08:01:00Z", { zone: NY, unknownZone: "BST" }],
  ["resets 3am PST", NOON, NY, "2026-02-11T11:01:00Z", { zone: "-08:00" }],
  ["resets 3am (UTC+5:30)", NOON, NY, "2026-02-10T21:31:00Z", { zone: "+05:30" }],
  ["resets 3am (europe/paris)", NOON, NY, "2026-02-11T02:01:00Z"],
  ["resets 3am", NOON, "Nowhere/Land", "2026-02-11T03:01:00Z", { zone: "UTC", unknownZone: "Nowhere/Land" }],
  // several limits: all must end
  [
    "session limit resets 3pm · weekly limit resets Mon 9am",
    NOON,
    NY,
    "2026-02-16T14:01:00Z",
    { window: "seven_day", isPlausible: true },
  ],
  [
    "weekly limit resets Mon 9am · session limit resets 3pm",
    NOON,
    NY,
    "2026-02-16T14:01:00Z",
    { window: "seven_day", isPlausible: true },
  ],
  [
    "weekly limit resets 3pm · session limit resets 9pm",
    NOON,
    "UTC",
    "2026-02-10T21:01:00Z",
    { window: "five_hour", isPlausible: false },
  ],
];

/** Times near the message, and ends of years and months. */
export const NEAR: readonly ResetCase[] = [
  ["resets 12pm", "2026-02-10T12:00:30Z", "UTC", "2026-02-10T12:01:00Z"],
  ["resets 12pm", "2026-02-10T12:03:00Z", "UTC", "2026-02-10T12:01:00Z"],
  ["resets 12pm", "2026-02-10T12:03:01Z", "UTC", "2026-02-11T12:01:00Z"],
  ["resets 11:59pm", "2026-02-11T00:01:00Z", "UTC", "2026-02-11T00:00:00Z"],
  ["resets 11:59pm", "2026-12-31T23:58:00Z", "UTC", "2027-01-01T00:00:00Z"],
  ["resets 12am", "2026-12-31T23:58:00Z", "UTC", "2027-01-01T00:01:00Z"],
  ["resets Jan 2 at 1am (UTC)", "2026-12-31T23:58:00Z", "UTC", "2027-01-02T01:01:00Z", { isPlausible: true }],
  [
    "resets Dec 31 at 11:59pm (UTC)",
    "2027-01-01T00:01:00Z",
    "UTC",
    "2027-01-01T00:00:00Z",
    { isPlausible: true },
  ],
  ["resets Mon 12:00am", "2026-02-16T00:02:30Z", "UTC", "2026-02-16T00:01:00Z"],
  ["resets Mon 12:00am", "2026-02-16T00:03:30Z", "UTC", "2026-02-23T00:01:00Z", { isPlausible: true }],
  [
    "resets Feb 29 at 2pm (UTC)",
    "2028-02-25T12:00:00Z",
    "UTC",
    "2028-02-29T14:01:00Z",
    { isPlausible: true },
  ],
  ["resets Feb 29 at 2pm (UTC)", "2026-02-25T12:00:00Z", "UTC", "2028-02-29T14:01:00Z", NEVER],
  ["resets Feb 29, 2027 at 2pm (UTC)", "2027-02-25T12:00:00Z", "UTC", null],
  ["resets Feb 29 at 2pm (UTC)", "2096-03-01T12:00:00Z", "UTC", "2104-02-29T14:01:00Z", NEVER],
  ["resets 12am", "2028-02-28T12:00:00Z", "UTC", "2028-02-29T00:01:00Z"],
  ["session limit · resets 5:14pm", NOON, "UTC", "2026-02-10T17:15:00Z", { isPlausible: true }],
  ["session limit · resets 5:15pm", NOON, "UTC", "2026-02-10T17:16:00Z", NEVER],
  ["weekly limit · resets Feb 17 at 12:59pm", NOON, "UTC", "2026-02-17T13:00:00Z", { isPlausible: true }],
  ["weekly limit · resets Feb 17 at 1pm", NOON, "UTC", "2026-02-17T13:01:00Z", NEVER],
];

/** Nights in which clocks change, and zones of half and quarter hours. Instants with seconds stand for themselves. */
export const ZONES: readonly ResetCase[] = [
  // New York, 8 March 2026: 2:00 becomes 3:00
  ["resets 1:30am", "2026-03-08T05:00:00Z", NY, "2026-03-08T06:31:00Z"],
  ["resets 1:59am", "2026-03-08T05:00:00Z", NY, "2026-03-08T07:00:00Z"],
  ["resets 2:30am", "2026-03-08T05:00:00Z", NY, "2026-03-08T07:31:00Z"],
  ["resets 3am", "2026-03-08T05:00:00Z", NY, "2026-03-08T07:01:00Z"],
  ["resets 3:00:05", "2026-03-08T05:00:00Z", NY, "2026-03-08T07:00:05Z", EXACT],
  ["resets 4am", "2026-03-07T12:00:00Z", NY, "2026-03-08T08:01:00Z"],
  // 1 November 2026: 2:00 becomes 1:00
  ["resets 12:59am", "2026-11-01T04:00:00Z", NY, "2026-11-01T05:00:00Z"],
  ["resets 1:30am", "2026-11-01T04:00:00Z", NY, "2026-11-01T05:31:00Z"],
  ["resets 1:30am", "2026-11-01T05:34:00Z", NY, "2026-11-01T06:31:00Z"],
  ["resets 1:30:15", "2026-11-01T06:00:00Z", NY, "2026-11-01T06:30:15Z", EXACT],
  ["resets 1:30am", "2026-11-01T06:34:00Z", NY, "2026-11-02T06:31:00Z"],
  ["resets 2am", "2026-11-01T04:00:00Z", NY, "2026-11-01T07:01:00Z"],
  // Paris, 29 March and 25 October 2026
  ["resets 2:30am (Europe/Paris)", "2026-03-29T00:00:00Z", NY, "2026-03-29T01:31:00Z"],
  ["resets 3am (Europe/Paris)", "2026-03-29T00:00:00Z", NY, "2026-03-29T01:01:00Z"],
  ["resets 2:30am (Europe/Paris)", "2026-10-24T23:00:00Z", NY, "2026-10-25T00:31:00Z"],
  ["resets 2:30am (Europe/Paris)", "2026-10-25T00:40:00Z", NY, "2026-10-25T01:31:00Z"],
  ["resets 3am (Europe/Paris)", "2026-10-25T00:40:00Z", NY, "2026-10-25T02:01:00Z"],
  // Lord Howe changes by half an hour: 4 October 2026, 2:00 becomes 2:30; 5 April 2026, 2:00 becomes 1:30
  ["resets 2:15am (Australia/Lord_Howe)", "2026-10-03T14:00:00Z", "UTC", "2026-10-03T15:46:00Z"],
  ["resets 3am (Australia/Lord_Howe)", "2026-10-03T14:00:00Z", "UTC", "2026-10-03T16:01:00Z"],
  ["resets 1:45am (Australia/Lord_Howe)", "2026-04-04T13:00:00Z", "UTC", "2026-04-04T14:46:00Z"],
  ["resets 1:45am (Australia/Lord_Howe)", "2026-04-04T14:50:00Z", "UTC", "2026-04-04T15:16:00Z"],
  ["resets 2am (Australia/Lord_Howe)", "2026-04-04T14:50:00Z", "UTC", "2026-04-04T15:31:00Z"],
  // offsets of half and quarter hours
  ["resets 3am (Asia/Kolkata)", NOON, NY, "2026-02-10T21:31:00Z", { zone: "Asia/Kolkata" }],
  ["resets 11:30am (Asia/Kolkata)", "2026-02-10T05:00:00Z", NY, "2026-02-10T06:01:00Z"],
  ["resets 5:45pm (Asia/Kathmandu)", "2026-02-10T11:00:00Z", NY, "2026-02-10T12:01:00Z"],
  ["resets 12:00am (Asia/Kathmandu)", NOON, NY, "2026-02-10T18:16:00Z"],
  ["resets 9am (America/St_Johns)", "2026-07-01T06:00:00Z", NY, "2026-07-01T11:31:00Z"],
  ["resets 9am (Australia/Eucla)", NOON, NY, "2026-02-11T00:16:00Z"],
  ["resets 9am (Pacific/Chatham)", "2026-07-01T06:00:00Z", NY, "2026-07-01T20:16:00Z"],
  ["resets 9am (Pacific/Kiritimati)", NOON, NY, "2026-02-10T19:01:00Z"],
  ["resets 9am (Pacific/Pago_Pago)", NOON, NY, "2026-02-10T20:01:00Z"],
  // the day that Samoa left out
  ["resets 9am (Pacific/Apia)", "2011-12-30T08:00:00Z", NY, "2011-12-30T19:01:00Z"],
  // midnight that clocks skip: Beirut, 29 March 2026, 0:00 becomes 1:00
  ["resets 12am (Asia/Beirut)", "2026-03-28T20:00:00Z", NY, "2026-03-28T22:01:00Z"],
  // a week over a change of the clocks
  [
    "resets Mon 12:00am (America/New_York)",
    "2026-03-03T12:00:00Z",
    "UTC",
    "2026-03-09T04:01:00Z",
    { isPlausible: true },
  ],
  [
    "resets Mon 12:00am (America/New_York)",
    "2026-10-30T12:00:00Z",
    "UTC",
    "2026-11-02T05:01:00Z",
    { isPlausible: true },
  ],
];

import { expect, test } from "vitest";
import { readConnectionLoss } from "../../../src/host/model/connection-loss.ts";

const coded = (code: string): Error => Object.assign(new Error(`x ${code}`), { code });
const wrapped = (cause: unknown, depth = 1): Error => {
  let error = cause;
  for (let at = 0; at < depth; at++) error = new TypeError("fetch failed", { cause: error });
  return error as Error;
};

test.for([
  ["ECONNREFUSED", "refused"],
  ["EHOSTUNREACH", "refused"],
  ["ENOTFOUND", "dns"],
  ["EAI_AGAIN", "dns"],
  ["ECONNRESET", "reset"],
  ["UND_ERR_SOCKET", "reset"],
  ["UND_ERR_CONNECT_TIMEOUT", "timeout"],
  ["UND_ERR_BODY_TIMEOUT", "idle"],
  ["EPROTO", "tls"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "tls"],
  ["CERT_HAS_EXPIRED", "tls"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "tls"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "tls"],
] as const)("%s is %s, however deep it is wrapped", ([code, reason]) => {
  for (const depth of [0, 1, 3])
    expect(readConnectionLoss(wrapped(coded(code), depth))).toEqual({ reason, detail: code });
});

test("of several tries to connect the first says it", () => {
  const error = wrapped(new AggregateError([coded("ECONNREFUSED"), coded("ENETUNREACH")]));
  expect(readConnectionLoss(error).reason).toBe("refused");
});

test("an error that nobody knows is a lost connection, with its own words", () => {
  expect(readConnectionLoss(wrapped(new Error("other side closed")))).toEqual({
    reason: "reset",
    detail: "other side closed",
  });
  expect(readConnectionLoss("just a text")).toEqual({ reason: "reset", detail: "just a text" });
});

test("an error that is its own cause ends", () => {
  const error = new Error("loop");
  error.cause = error;
  expect(readConnectionLoss(error).reason).toBe("reset");
});

#!/usr/bin/env node
// Installed as the command `kedge`. It is written for any Node since 14, so that an old one reads this
// sentence instead of a syntax error from the real entry.
const major = Number(process.versions.node.split(".")[0]);
if (major >= 24) {
  void import("./main.js");
} else {
  process.stderr.write(
    `kedge: expected Node 24 or newer, got ${process.versions.node} (${process.execPath}). Install a newer Node and try again.\n`,
  );
  process.exitCode = 69;
}

// What `kedge-intake failure` does, written for Node: `node entry-in-node.mjs SPOOL <input`.
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";

const spool = process.argv[2];
const name = `${process.pid}-${process.hrtime.bigint()}`;
const temporary = `${spool}/tmp/${name}`;
const input = readFileSync(0);
const file = openSync(temporary, "wx", 0o600);
writeSync(file, `kedge 1 failure\nagent claude-code\npid ${process.ppid}\n\n`);
writeSync(file, input);
fsyncSync(file);
closeSync(file);
renameSync(temporary, `${spool}/new/${name}.failure`);
const folder = openSync(`${spool}/new`, "r");
fsyncSync(folder);
closeSync(folder);

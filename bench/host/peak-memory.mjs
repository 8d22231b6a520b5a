/** Loaded before a program (`--import`): writes at its end, on its third descriptor, how much memory it had at the most and has now. */
import { readFileSync, writeSync } from "node:fs";

process.on("exit", () => {
  // What getrusage gives on Linux counts the parent before the exec.
  const status = process.platform === "linux" ? readFileSync("/proc/self/status", "utf8") : "";
  const read = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) / 1_024;
  const peakMiB = read("VmHWM") || process.resourceUsage().maxRSS / 1_024;
  writeSync(3, JSON.stringify({ peakMiB, endMiB: process.memoryUsage.rss() / 2 ** 20 }));
});

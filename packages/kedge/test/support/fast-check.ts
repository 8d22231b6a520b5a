/**
 * Properties over values that a seed settles: {@link fuzzSeed}, so that the same commit gives the same verdict every time. Long runs look at
 * other values each time; what fails there is told with its seed.
 */
import fc from "fast-check";
import { fuzzSeed } from "./random.ts";
import { isFull } from "./requires.ts";

if (!isFull || process.env.KEDGE_FUZZ_SEED !== undefined) fc.configureGlobal({ seed: fuzzSeed });

export default fc;

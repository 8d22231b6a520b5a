/**
 * Sessions that Kedge did not start: which of them stand still, and how they are taken over.
 *
 * @module
 */

export { type Adoption, OTHERS } from "./adopt.ts";
export { type Adopter, openAdopter } from "./adopter.ts";
export { boundedPolicy } from "./bounded-policy.ts";

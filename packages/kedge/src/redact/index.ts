export { SECRET_KINDS, type SecretKind } from "./kinds.ts";
export { type KnownSecret, knownSecrets } from "./known-secrets.ts";
export { createRedactor, type Redactor, type RedactorOptions } from "./redactor.ts";
export { isSecretByName } from "./secret-name.ts";

/**
 * What became of sessions that failed: the spool that hooks fill, the ledger that keeps what witnesses say, the verdict on what a failure
 * really was, and what to do about it.
 *
 * @module
 */

export { accountWords } from "./account-words.ts";
export { type Action, type Advice, adviceFor } from "./advice.ts";
export { type AlarmWatch, openAlarmWatch, type PingKind, type PingOptions, ping } from "./alarms/index.ts";
export { type Outbox, openOutbox } from "./alerts/outbox.ts";
export { drainAlerts, type SendingChannel, type SentAlert, sendAlerts } from "./alerts/sender.ts";
export {
  type Batch,
  type BatchItem,
  type BatchOptions,
  type BatchProblem,
  type BatchReading,
  type BatchReport,
  type BatchState,
  type BatchSummary,
  batchSlug,
  describeBatch,
  type ItemFailure,
  type ItemOutcome,
  itemDigest,
  MAX_PROMPT_BYTES,
  promptNotes,
  promptProblem,
  type ReportOptions,
  readBatch,
  reportBatch,
  summarise,
  toJsonReport,
  toJUnit,
} from "./batch/index.ts";
export { causeWords, isKnownCause, windowWords } from "./cause-words.ts";
export { type Channel, type ChannelPorts, createChannel } from "./channels/open-channels.ts";
export { isRecoveryError, type RecoveryError } from "./errors.ts";
export type { Evidence, LimitWindow, RateLimitFacts, Witness } from "./evidence.ts";
export { createGovernor } from "./governor/governor.ts";
export type {
  AccountView,
  Admission,
  Ask,
  Governor,
  GovernorConfig,
  GovernorSnapshot,
  LaneView,
  Parking,
  RefusalFacts,
  RefusalNews,
  SessionNews,
  WaitReason,
} from "./governor/governor-api.ts";
export { openSharedGovernor, type SharedGovernorOptions } from "./governor/shared-governor.ts";
export type { SharedGovernor } from "./governor/shared-governor-api.ts";
export { groupWitnesses } from "./group.ts";
export {
  BEAT_EVERY_MS,
  type Heartbeat,
  heartbeatFile,
  isBeating,
  readHeartbeat,
  writeHeartbeat,
} from "./heartbeat.ts";
export { type AlertMessage, incidentName } from "./incidents/alert-message.ts";
export type { Incident } from "./incidents/incident.ts";
export {
  type IncidentBook,
  type IncidentCase,
  openIncidentBook,
} from "./incidents/incident-book.ts";
export { dedupKey } from "./incidents/incident-key.ts";
export { endingWords, incidentAdvice } from "./incidents/incident-words.ts";
export {
  createIngester,
  INGEST_LEASE,
  INGEST_LEASE_MS,
  type Ingested,
  type Ingester,
} from "./ingest.ts";
export type { IngestOptions, TranscriptReader } from "./ingest-options.ts";
export type { FailureFilter, FailurePage } from "./ledger/find-failures.ts";
export type { FailureCase } from "./ledger/find-one.ts";
export type { Lease } from "./ledger/lease.ts";
export { type Ledger, type LedgerOptions, openLedger } from "./ledger/ledger.ts";
export type { Overview } from "./ledger/overview.ts";
export type { PurgeFilter } from "./ledger/retention.ts";
export type { FailureRow, WitnessRow } from "./ledger/schema.ts";
export { scrubLedger } from "./ledger/scrub.ts";
export type { Stats, StatsRow } from "./ledger/stats.ts";
export { forgetManifests, keepManifest, loadManifest } from "./manifest.ts";
export { countOf, dollars, numberWords } from "./number-words.ts";
export { type Adopter, type Adoption, boundedPolicy, OTHERS, openAdopter } from "./others/index.ts";
export {
  type AccountEnvironment,
  type AccountFacts,
  type AccountRule,
  accountEnvironment,
  accountKey,
  type Backoff,
  boundsOf,
  type CauseBounds,
  type CauseRule,
  type DriftAction,
  decide,
  defaultPolicy,
  type Environment,
  formatDuration,
  isRuledCause,
  type JobFacts,
  neverWords,
  type Origins,
  type PaymentFacts,
  type Plan,
  type PlanInput,
  POLICY_ACTIONS,
  type Policy,
  type PolicyAction,
  type PolicyProblem,
  type PolicyReading,
  parseDuration,
  readPolicy,
  sessionAccount,
  type WakeHours,
  withoutFallback,
} from "./policy/index.ts";
export type { Attempt, AttemptOutcome, Job, JobLease, JobState, JsonValue, NewJob } from "./queue/job.ts";
export type { Added, Changed, ChangeResult, JobKeeper, Swept } from "./queue/job-keeper.ts";
export type { JobQueue } from "./queue/job-queue.ts";
export type {
  JobCounts,
  JobFilter,
  JobPage,
  JobReader,
  QueueStats,
  ReadyFilter,
} from "./queue/job-reader.ts";
export type {
  AttemptReport,
  ClaimedJob,
  ClaimOptions,
  Finish,
  HolderNews,
  JobRunner,
  Park,
  Requeue,
} from "./queue/job-runner.ts";
export { openSqliteQueue, type SqliteQueueOptions } from "./queue/sqlite-queue.ts";
export { addDays, asUtc, createZone, type WallTime, type Zone } from "./reset-zone.ts";
export { openSpool, type Spool } from "./spool/spool.ts";
export {
  type AccountWait,
  accountOwner,
  createJobFiles,
  type Drift,
  type GitFacts,
  type GitOptions,
  type JobFiles,
  type LaunchContract,
  type LaunchReading,
  PERSON,
  readGitFacts,
  type Standing,
  type SuperviseEnd,
  type SuperviseOptions,
  type SupervisorEvent,
  type SupervisorPorts,
  spentToday,
  supervise,
  type WorkScope,
} from "./supervisor/index.ts";
export {
  atTime,
  clockOf,
  durationWords,
  fromNow,
  fullTime,
  type Moment,
  shortTime,
  wallDay,
} from "./time-words.ts";
export {
  type Basis,
  CAUSES,
  type Cause,
  type Confidence,
  type JudgeOptions,
  type KnownCause,
  type Precision,
  type Reset,
  type Scope,
  type Verdict,
} from "./verdict.ts";
export { describeCause } from "./verdict-causes.ts";
export { judgeFailure } from "./verdict-judge.ts";
export {
  createWaitingSessions,
  liveTimer,
  type WaitFinding,
  type WaitingSessions,
  type WaitingSessionsOptions,
} from "./waits/index.ts";
export {
  createSessionWatch,
  type SessionWatch,
  type WatchFinding,
  type WatchFindings,
} from "./watch/session-watch.ts";
export type { TranscriptSigns, WatchPorts } from "./watch/watch-ports.ts";
export type { SessionFacts, WitnessRecord } from "./witness.ts";

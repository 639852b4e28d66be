export { lastSwitch } from './causes/deploy.js';
export { mergeCauses } from './causes/merge-causes.js';
export { type CauseEvidence, rootCauses } from './causes/root-causes.js';
export { silenceCauses } from './causes/silence.js';
export { firstResponse, linesOf } from './first-response.js';
export { incidentAlert } from './incident-alert.js';
export * from './incident-report.js';
export { DEFAULT_RECOVERY, type RecoveryRule, unprovenChallenger } from './recovery.js';
export { isWorse, severityOf } from './severity.js';
export {
  closeIncident,
  type TrackedIncident,
  type TrackedWindow,
  trackIncident,
} from './track-incident.js';

export { accessLayout } from './access-layout.js';
export { AuditLog, type AuditRecord } from './audit-log.js';
export type { Asking, Decision, Refused } from './decision.js';
export type { Gate } from './gate.js';
export { type Access, openAccess } from './open-access.js';
export {
  mayAsk,
  mayTouch,
  type Principal,
  SIGNAL_ACTIONS,
  type SignalAction,
} from './principal.js';
export { grants, isChanging, type RouteAccess, SCOPES, type Scope } from './scopes.js';
export { TEST_HEADER } from './test-header.js';

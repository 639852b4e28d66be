import type { LedgerAction } from '../../contracts/index.js';

/** An action in one or two words, for a cell of a table; the ledger has the sentence. */
export const ACTION_WORDS: Readonly<Record<LedgerAction, string>> = {
  registered: 'registered',
  'gate-overridden': 'gate overridden',
  promoted: 'promoted',
  'rolled-back': 'rolled back',
  compensated: 'moved back',
  'deploy-refused': 'deploy refused',
  'kept-as-challenger': 'challenger kept',
  'rollback-refused': 'rollback refused',
  'retrain-started': 'retrain started',
  'retrain-held': 'retrain held',
  'retrain-ended': 'retrain ended',
  paused: 'paused',
  resumed: 'resumed',
  'approval-requested': 'asks approval',
  'approval-refused': 'approval refused',
  approved: 'approved',
  rejected: 'rejected',
  undone: 'undone',
  'undo-refused': 'undo refused',
  'response-held': 'response held',
  waiting: 'waits',
  repaired: 'repaired',
  'repair-lifted': 'repair lifted',
  'labels-asked': 'labels asked',
};

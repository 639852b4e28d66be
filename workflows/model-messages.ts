import { log, setHandler, uuid4 } from '@temporalio/workflow';
import {
  type ApprovalAnswer,
  type ChangeAccepted,
  complaintOfApprovalAnswer,
  complaintOfDeployRequest,
  complaintOfLabelsRequest,
  complaintOfPauseRequest,
  complaintOfPipelineEnded,
  complaintOfRepairRequest,
  complaintOfRetrainRequest,
  complaintOfRollbackRequest,
  complaintOfRolloutCommand,
  complaintOfUndoRequest,
  formatEventTime,
  type PauseRequest,
  parseEventTimeMs,
} from '../contracts/index.js';
import {
  approveUpdate,
  askForLabelsSignal,
  deployUpdate,
  pauseUpdate,
  pipelineEndedSignal,
  promoteUpdate,
  repairSignal,
  requestDeploySignal,
  resumeUpdate,
  retrainSignal,
  rollbackSignal,
  rollbackUpdate,
  steerRolloutUpdate,
  undoUpdate,
} from './messages.js';
import type { WaitingRequests } from './waiting-requests.js';

/**
 * Turns messages to a model's workflow into events. A malformed signal is logged and dropped: a
 * throw would retry the workflow task for ever. A malformed update is refused to its sender.
 */
export function listen(requests: WaitingRequests): void {
  listenToSignals(requests);
  listenToChanges(requests);
  listenToPeople(requests);
}

function listenToSignals(requests: WaitingRequests): void {
  const wellFormed = (complaint: string | null, name: string): boolean => {
    if (complaint !== null) log.warn('malformed signal dropped', { signal: name, complaint });
    return complaint === null;
  };
  setHandler(requestDeploySignal, (request) => {
    if (wellFormed(complaintOfDeployRequest(request), 'requestDeploy')) {
      requests.push({ kind: 'change-requested', request });
    }
  });
  setHandler(rollbackSignal, (request) => {
    if (wellFormed(complaintOfRollbackRequest(request), 'rollback')) {
      requests.push({ kind: 'change-requested', request });
    }
  });
  setHandler(retrainSignal, (request) => {
    if (wellFormed(complaintOfRetrainRequest(request), 'retrain')) {
      requests.push({ kind: 'retrain-requested', request });
    }
  });
  setHandler(repairSignal, (request) => {
    if (wellFormed(complaintOfRepairRequest(request), 'repair')) {
      requests.push({ kind: 'repair-requested', request });
    }
  });
  setHandler(askForLabelsSignal, (request) => {
    if (wellFormed(complaintOfLabelsRequest(request), 'askForLabels')) {
      requests.push({ kind: 'labels-requested', request });
    }
  });
  setHandler(pipelineEndedSignal, (ended) => {
    if (wellFormed(complaintOfPipelineEnded(ended), 'pipelineEnded')) {
      requests.push({ kind: 'pipeline-ended', ended });
    }
  });
}

function listenToChanges(requests: WaitingRequests): void {
  for (const update of [deployUpdate, promoteUpdate]) {
    setHandler(
      update,
      (request) => {
        requests.push({ kind: 'change-requested', request });
        return accept(request.requestId);
      },
      { validator: (request) => refuse(complaintOfDeployRequest(request)) },
    );
  }
  setHandler(
    rollbackUpdate,
    (request) => {
      requests.push({ kind: 'change-requested', request });
      return accept(request.requestId);
    },
    { validator: (request) => refuse(complaintOfRollbackRequest(request)) },
  );
}

function listenToPeople(requests: WaitingRequests): void {
  for (const [update, kind] of [
    [pauseUpdate, 'paused'],
    [resumeUpdate, 'resumed'],
  ] as const) {
    setHandler(
      update,
      ({ until, ...request }: PauseRequest) => {
        const requestId = uuid4();
        const untilMs = until === undefined ? null : parseEventTimeMs(until);
        const end = untilMs === null ? {} : { until: formatEventTime(untilMs) };
        requests.push({ kind, ...request, ...end, requestId });
        return accept(requestId);
      },
      { validator: (request) => refuse(complaintOfPauseRequest(request)) },
    );
  }
  setHandler(
    approveUpdate,
    (answer: ApprovalAnswer) => {
      const answerId = uuid4();
      requests.push({ kind: 'approval-answered', answer, answerId });
      return accept(answerId);
    },
    { validator: (answer) => refuse(complaintOfApprovalAnswer(answer)) },
  );
  setHandler(
    undoUpdate,
    (request) => {
      requests.push({ kind: 'undo-requested', request });
      return accept(request.requestId);
    },
    { validator: (request) => refuse(complaintOfUndoRequest(request)) },
  );
  setHandler(
    steerRolloutUpdate,
    (request) => {
      requests.push({ kind: 'rollout-steered', request });
      return accept(request.requestId);
    },
    { validator: (request) => refuse(complaintOfRolloutCommand(request)) },
  );
}

function accept(requestId: string): ChangeAccepted {
  return {
    accepted: true,
    changeId: requestId,
    detail: 'accepted; the ledger tells how it ended',
  };
}

function refuse(complaint: string | null): void {
  if (complaint !== null) throw new Error(complaint);
}

import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import {
  type Alert,
  type ApprovalAnswer,
  type ApprovalReply,
  type ChangeAccepted,
  type CloseIncidentRequest,
  type DeployAnswer,
  type DeployRequest,
  type Incident,
  type LabelsRequest,
  type LeaseAnswer,
  type LeaseRelease,
  type LeaseRequest,
  MESSAGE,
  type PauseRequest,
  type PipelineEnded,
  type RepairRequest,
  type ReplyOutcome,
  type RetrainAnswer,
  type RetrainRequest,
  type RollbackRequest,
  type RolloutCommandRequest,
  type SharedStepEnded,
  type UndoRequest,
} from '../contracts/index.js';

/** Typed handles on the wire names of contracts/names.ts; the suffix exists only here. */

export const requestDeploySignal = defineSignal<[DeployRequest]>(MESSAGE.requestDeploy);
export const deployAnsweredSignal = defineSignal<[DeployAnswer]>(MESSAGE.deployAnswered);
export const retrainSignal = defineSignal<[RetrainRequest]>(MESSAGE.retrain);
export const retrainAnsweredSignal = defineSignal<[RetrainAnswer]>(MESSAGE.retrainAnswered);
export const rollbackSignal = defineSignal<[RollbackRequest]>(MESSAGE.rollback);
export const pipelineEndedSignal = defineSignal<[PipelineEnded]>(MESSAGE.pipelineEnded);
export const repairSignal = defineSignal<[RepairRequest]>(MESSAGE.repair);
export const askForLabelsSignal = defineSignal<[LabelsRequest]>(MESSAGE.askForLabels);
export const configureSignal = defineSignal(MESSAGE.configure);
export const checkNowSignal = defineSignal(MESSAGE.checkNow);
export const raiseSignal = defineSignal<[Alert]>(MESSAGE.raise);

export const pauseRunSignal = defineSignal<[unknown]>(MESSAGE.pauseRun);
export const resumeRunSignal = defineSignal<[unknown]>(MESSAGE.resumeRun);
export const cancelRunSignal = defineSignal<[unknown]>(MESSAGE.cancelRun);
export const trialReportedSignal = defineSignal<[unknown]>(MESSAGE.trialReported);
export const stopEarlySignal = defineSignal<[unknown]>(MESSAGE.stopEarly);
export const sharedStepWantedSignal = defineSignal<[unknown]>(MESSAGE.sharedStepWanted);
export const sharedStepEndedSignal = defineSignal<[SharedStepEnded]>(MESSAGE.sharedStepEnded);

export const deployUpdate = defineUpdate<ChangeAccepted, [DeployRequest]>(MESSAGE.deploy);
export const promoteUpdate = defineUpdate<ChangeAccepted, [DeployRequest]>(MESSAGE.promote);
export const rollbackUpdate = defineUpdate<ChangeAccepted, [RollbackRequest]>(MESSAGE.rollback);
export const pauseUpdate = defineUpdate<ChangeAccepted, [PauseRequest]>(MESSAGE.pause);
export const resumeUpdate = defineUpdate<ChangeAccepted, [PauseRequest]>(MESSAGE.resume);
export const approveUpdate = defineUpdate<ChangeAccepted, [ApprovalAnswer]>(MESSAGE.approve);
export const undoUpdate = defineUpdate<ChangeAccepted, [UndoRequest]>(MESSAGE.undo);
export const steerRolloutUpdate = defineUpdate<ChangeAccepted, [RolloutCommandRequest]>(
  MESSAGE.steerRollout,
);

export const closeIncidentUpdate = defineUpdate<Incident, [CloseIncidentRequest]>(
  MESSAGE.closeIncident,
);

export const requestLeaseSignal = defineSignal<[LeaseRequest]>(MESSAGE.requestLease);
export const leaseAnsweredSignal = defineSignal<[LeaseAnswer]>(MESSAGE.leaseAnswered);
export const releaseLeaseSignal = defineSignal<[LeaseRelease]>(MESSAGE.releaseLease);

export const replyUpdate = defineUpdate<ReplyOutcome, [ApprovalReply]>(MESSAGE.reply);

export { MESSAGE };
export const stateQuery = <State>() => defineQuery<State>(MESSAGE.state);

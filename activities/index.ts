import type { CaughtUp } from '../models/tracking/index.js';
import { withFailures } from './application-failure.js';
import { askApproval } from './approve/ask-approval.js';
import { settleApproval } from './approve/settle-approval.js';
import { findEnded } from './concurrency/find-ended.js';
import { requestLease } from './concurrency/request-lease.js';
import { askForLabels } from './control/ask-for-labels.js';
import { cancelRetrain } from './control/cancel-retrain.js';
import { chooseEarlierChampion } from './control/choose-rollback.js';
import { closeRun } from './control/close-run.js';
import { confirmServed } from './control/confirm-served.js';
import {
  appendLedger,
  checkVersion,
  configureMonitor,
  loadModelState,
  moveAlias,
} from './control/model-state.js';
import { openRun } from './control/open-run.js';
import { checkReadiness } from './control/readiness.js';
import { recordPauses } from './control/record-pauses.js';
import { recordDeployAnswer, requestDeploy } from './control/request-deploy.js';
import { describeRun, prepareRetrain, submitRetrain } from './control/retrain.js';
import { resolveRunOutputs } from './control/run-outputs.js';
import { findSameLocalTime } from './control/same-local-time.js';
import { closeSubPipeline, openSubPipeline } from './control/sub-pipeline.js';
import { loadWatchState, recordDecision, signalModel } from './control/watch.js';
import type { WatchDeps } from './deps.js';
import { findStepKey } from './find-step-key.js';
import { closeIncident } from './incidents/close-incident.js';
import { followDecision } from './incidents/follow-decision.js';
import { closeItems, recordItemFailures } from './items/close-items.js';
import { evaluateIf } from './items/evaluate-if.js';
import { openItems } from './items/open-items.js';
import { changeVersion } from './life/change-version.js';
import { checkMonitors } from './monitor/check-monitors.js';
import { correctWindow } from './monitor/correct-window.js';
import { inspectWindows } from './monitor/inspect-windows.js';
import { measureClosedWindow } from './monitor/measure-closed-window.js';
import { endOfAlert } from './notify/end-of-alert.js';
import { raiseAlert } from './notify/raise-alert.js';
import { routeAlert } from './notify/route-alert.js';
import { giveUpAlerts, sendAlerts } from './notify/send-alerts.js';
import { endSilence, putSilence } from './notify/silences.js';
import { testChannel } from './notify/test-channel.js';
import { importPackage } from './packaging/import-package.js';
import { patientDeps } from './patient-deps.js';
import { PlanCache } from './plan-cache.js';
import { beginRepair, liftRepair } from './repairs/keep-repairs.js';
import { prepareRepairs } from './repairs/prepare-repairs.js';
import { changePin } from './retention/change-pin.js';
import { collectGarbage } from './retention/collect-garbage.js';
import { beginRetirement } from './retire/begin-retirement.js';
import {
  endRetirement,
  endReturn,
  giveUpRetirement,
  retirementOf,
} from './retire/end-retirement.js';
import { startAgain, stopMonitor, stopSchedules, takeFromTraffic } from './retire/stop-model.js';
import { answerReview } from './review/answer-review.js';
import { claimReview } from './review/claim-review.js';
import { queueReview } from './review/queue-review.js';
import { confirmRoute } from './rollout/confirm-route.js';
import { measureArms } from './rollout/measure-arms.js';
import { keepRollout, moveRoute } from './rollout/move-route.js';
import { smokeTest } from './rollout/smoke-test.js';
import { stepActivity } from './step-activity.js';
import { drift } from './steps/drift.js';
import { evaluate } from './steps/evaluate.js';
import { features } from './steps/features.js';
import { ingest } from './steps/ingest.js';
import { materialize } from './steps/materialize.js';
import { noop } from './steps/noop.js';
import { notify } from './steps/notify.js';
import { predict } from './steps/predict.js';
import { prepareColumns } from './steps/prepare-columns.js';
import { register } from './steps/register.js';
import { runCommand } from './steps/run-command.js';
import { train } from './steps/train.js';
import { transform } from './steps/transform.js';
import { validate } from './steps/validate.js';
import { mirrorTracking } from './tracking/mirror-tracking.js';
import { openTrial } from './tuning/open-trial.js';
import { readTrialReports } from './tuning/read-reports.js';
import { suggestTrials } from './tuning/suggest-trials.js';
import { closeTuning, giveUpTuning, openTuning } from './tuning/tuning.js';

/** Every activity, over the dependencies that `worker.ts` builds. Workflows import the type only. */
export function createActivities(deps: WatchDeps) {
  const plans = new PlanCache(deps.artifacts);
  return {
    ...controlActivities(deps, plans),
    ...heavyActivities(patientDeps(deps), plans),
    findStepKey: withFailures(findStepKey(deps, plans)),
  };
}

/** Steps, and work beside them: they have few attempts, which a registry that is away must not cost. */
function heavyActivities(deps: WatchDeps, plans: PlanCache) {
  return {
    measureWindow: withFailures(measureClosedWindow(deps)),
    correctWindow: withFailures(correctWindow(deps)),
    queueReview: withFailures(queueReview(deps)),
    measureArms: withFailures(measureArms(deps)),
    suggestTrials: withFailures(suggestTrials(deps, plans)),
    ingest: stepActivity(deps, plans, ingest),
    features: stepActivity(deps, plans, features),
    materialize: stepActivity(deps, plans, materialize),
    transform: stepActivity(deps, plans, transform),
    validate: stepActivity(deps, plans, validate),
    impute: stepActivity(deps, plans, prepareColumns),
    encode: stepActivity(deps, plans, prepareColumns),
    select: stepActivity(deps, plans, prepareColumns),
    drift: stepActivity(deps, plans, drift),
    train: stepActivity(deps, plans, train),
    evaluate: stepActivity(deps, plans, evaluate),
    register: stepActivity(deps, plans, register),
    predict: stepActivity(deps, plans, predict),
    runCommand: stepActivity(deps, plans, runCommand),
    notify: stepActivity(deps, plans, notify),
    noop: stepActivity(deps, plans, noop),
    collectGarbage: withFailures(collectGarbage(deps)),
  };
}

/** Quick activities of the control queue. */
function controlActivities(deps: WatchDeps, plans: PlanCache) {
  return {
    openRun: withFailures(openRun(deps, plans)),
    closeRun: withFailures(closeRun(deps, plans)),
    resolveRunOutputs: withFailures(resolveRunOutputs(deps, plans)),
    openTuning: withFailures(openTuning(deps, plans)),
    openTrial: withFailures(openTrial(deps, plans)),
    readTrialReports: withFailures(readTrialReports(deps)),
    closeTuning: withFailures(closeTuning(deps, plans)),
    giveUpTuning: withFailures(giveUpTuning(deps, plans)),
    openSubPipeline: withFailures(openSubPipeline(deps, plans)),
    closeSubPipeline: withFailures(closeSubPipeline(deps, plans)),
    openItems: withFailures(openItems(deps, plans)),
    closeItems: withFailures(closeItems(deps, plans)),
    recordItemFailures: withFailures(recordItemFailures(deps, plans)),
    evaluateIf: withFailures(evaluateIf(deps)),
    requestDeploy: withFailures(requestDeploy(deps, plans)),
    recordDeployAnswer: withFailures(recordDeployAnswer(deps, plans)),
    requestLease: withFailures(requestLease(deps)),
    findEnded: withFailures(findEnded(deps)),
    askApproval: withFailures(askApproval(deps, plans)),
    settleApproval: withFailures(settleApproval(deps, plans)),
    loadModelState: withFailures(loadModelState(deps)),
    checkVersion: withFailures(checkVersion(deps)),
    chooseEarlierChampion: withFailures(chooseEarlierChampion(deps)),
    moveAlias: withFailures(moveAlias(deps)),
    appendLedger: withFailures(appendLedger(deps)),
    configureMonitor: withFailures(configureMonitor(deps)),
    cancelRetrain: withFailures(cancelRetrain(deps)),
    checkReadiness: withFailures(checkReadiness(deps)),
    prepareRepairs: withFailures(prepareRepairs(deps)),
    beginRepair: withFailures(beginRepair(deps)),
    liftRepair: withFailures(liftRepair(deps)),
    askForLabels: withFailures(askForLabels(deps)),
    confirmServed: withFailures(confirmServed(deps)),
    smokeTest: withFailures(smokeTest(deps)),
    moveRoute: withFailures(moveRoute(deps)),
    confirmRoute: withFailures(confirmRoute(deps)),
    keepRollout: withFailures(keepRollout(deps)),
    prepareRetrain: withFailures(prepareRetrain(deps, plans)),
    describeRun: withFailures(describeRun(deps)),
    submitRetrain: withFailures(submitRetrain(deps)),
    findSameLocalTime: withFailures(findSameLocalTime(deps)),
    loadWatchState: withFailures(loadWatchState(deps)),
    inspectWindows: withFailures(inspectWindows(deps)),
    checkMonitors: withFailures(checkMonitors(deps)),
    recordDecision: withFailures(recordDecision(deps)),
    followDecision: withFailures(followDecision(deps)),
    closeIncident: withFailures(closeIncident(deps)),
    signalModel: withFailures(signalModel(deps)),
    raiseAlert: withFailures(raiseAlert(deps)),
    routeAlert: withFailures(routeAlert(deps)),
    sendAlerts: withFailures(sendAlerts(deps)),
    giveUpAlerts: withFailures(giveUpAlerts(deps)),
    endOfAlert: withFailures(endOfAlert(deps)),
    putSilence: withFailures(putSilence(deps)),
    endSilence: withFailures(endSilence(deps)),
    testChannel: withFailures(testChannel(deps)),
    claimReview: withFailures(claimReview(deps)),
    answerReview: withFailures(answerReview(deps)),
    changeVersion: withFailures(changeVersion(deps)),
    beginRetirement: withFailures(beginRetirement(deps)),
    stopSchedules: withFailures(stopSchedules(deps)),
    stopMonitor: withFailures(stopMonitor(deps)),
    takeFromTraffic: withFailures(takeFromTraffic(deps)),
    startAgain: withFailures(startAgain(deps)),
    endRetirement: withFailures(endRetirement(deps)),
    giveUpRetirement: withFailures(giveUpRetirement(deps)),
    retirementOf: withFailures(retirementOf(deps)),
    endReturn: withFailures(endReturn(deps)),
    mirrorTracking: withFailures<void, CaughtUp>(mirrorTracking(deps)),
    importPackage: withFailures(importPackage(deps)),
    recordPauses: withFailures(recordPauses(deps)),
    changePin: withFailures(changePin(deps)),
  };
}

export type Activities = ReturnType<typeof createActivities>;

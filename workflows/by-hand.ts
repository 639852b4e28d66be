import type { HandRequest } from '../contracts/index.js';
import { controlActivities } from './activity-proxies.js';

/** Carries out what a person asks for at the command line, which cannot write to the registry. */
export async function byHand({ kind, input }: HandRequest): Promise<unknown> {
  switch (kind) {
    case 'putSilence':
      return controlActivities.putSilence(input);
    case 'endSilence':
      return controlActivities.endSilence(input);
    case 'testChannel':
      return controlActivities.testChannel(input);
    case 'claimReview':
      return controlActivities.claimReview(input);
    case 'answerReview':
      return controlActivities.answerReview(input);
    case 'importPackage':
      return controlActivities.importPackage(input);
    case 'changePin':
      return controlActivities.changePin(input);
    case 'changeVersion':
      return controlActivities.changeVersion(input);
  }
}

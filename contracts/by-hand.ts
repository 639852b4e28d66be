import type { Silence } from './alert.js';
import type { ImportedVersion, ImportPackage } from './package-import.js';
import type { Pin, PinChange } from './pin.js';
import type { AnswerReview, ClaimedReview, ClaimReview, ReviewItem } from './review.js';
import type { LifeAct, LifeChange } from './version-life.js';

/** What a person asks a worker for that changes nothing in production, and what they are answered. */
export interface HandRequests {
  readonly putSilence: { readonly input: Silence; readonly result: Silence };
  readonly endSilence: { readonly input: EndSilence; readonly result: Silence };
  readonly testChannel: { readonly input: TestChannel; readonly result: ChannelTest };
  readonly claimReview: { readonly input: ClaimReview; readonly result: ClaimedReview };
  readonly answerReview: { readonly input: AnswerReview; readonly result: ReviewItem };
  readonly importPackage: { readonly input: ImportPackage; readonly result: ImportedVersion };
  readonly changePin: { readonly input: PinChange; readonly result: Pin };
  readonly changeVersion: { readonly input: LifeAct; readonly result: LifeChange };
}

/** One of them, as the workflow `byHand` takes it. */
export type HandRequest = {
  readonly [Kind in keyof HandRequests]: {
    readonly kind: Kind;
    readonly input: HandRequests[Kind]['input'];
  };
}[keyof HandRequests];

export interface EndSilence {
  readonly id: string;
  readonly actor: string;
}

export interface TestChannel {
  readonly channel: string;
  readonly actor: string;
}

export interface ChannelTest {
  readonly channel: string;
  readonly delivered: boolean;
  /** What the receiver answered, or why it did not take the message. */
  readonly detail: string;
  /** What it was sent, without secrets; `null` where nothing was. */
  readonly sent: string | null;
}

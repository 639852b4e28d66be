import type { Logger } from '../../logging/logger.js';
import { keyPrincipal, keyState } from './api-key.js';
import {
  type Asking,
  admit,
  cannotTell,
  type Decision,
  forbidden,
  nobody,
  notTrusted,
  outOfForce,
  type Refused,
  tooOften,
} from './decision.js';
import type { KeyDirectory } from './key-directory.js';
import type { KeyUsage } from './key-usage.js';
import { anyone, mayTouch, type Principal } from './principal.js';
import { type Rate, RequestRates } from './request-rates.js';
import { grants, type RouteAccess } from './scopes.js';
import { readSignalKeys, signalPrincipal } from './signal-key-file.js';
import { looksLikeToken, type TokenVerifier } from './token-verifier.js';

export interface GateOptions {
  /** False: whoever reaches the gateway may do everything. */
  readonly required: boolean;
  readonly keys: Pick<KeyDirectory, 'find' | 'readable'>;
  readonly usage: Pick<KeyUsage, 'note'>;
  /** `null`: no issuer is trusted. */
  readonly tokens: TokenVerifier | null;
  readonly signalKeysFile: string;
  /** Of every client without one of its own; `null`: as often as they like. */
  readonly rate: Rate | null;
  readonly logger: Logger;
}

/** Credentials that were found wrong, from one address: so many at once, then one in so long. */
const GUESSES: Rate = { requestsPerSecond: 0.2, burst: 10 };

/** Bearers whose principal is kept, so that a call costs a look-up and no digest. */
const MOST_KNOWN = 1_000;
/** A token is checked anew after this: the issuer may have taken its keys back. */
const TRUST_TOKEN_MS = 60_000;

const EVERYONE = admit(anyone(''));

interface Known {
  readonly principal: Principal;
  readonly keyId: string | null;
  readonly untilMs: number;
}

/** Decides of every call whether it is let in. */
export class Gate {
  readonly #options: GateOptions;
  readonly #known = new Map<string, Known>();
  readonly #rates = new RequestRates();
  readonly #guesses = new RequestRates();

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** Whether callers are asked who they are. */
  get required(): boolean {
    return this.#options.required;
  }

  /** Keys were made or revoked: who was known is asked anew. */
  forget(): void {
    this.#known.clear();
  }

  /** At once for a client that was let in before, so that its calls wait for nothing. */
  admit(asking: Asking): Decision | Promise<Decision> {
    const { access, address } = asking;
    if (access === 'public') return EVERYONE;
    if (!this.#options.required && access !== 'signal') {
      return this.#options.rate === null ? EVERYONE : this.#atItsRate(anyone(address), Date.now());
    }
    const bearer = bearerOf(asking.authorization);
    const nowMs = Date.now();
    const known = bearer === null ? undefined : this.#known.get(bearer);
    if (known !== undefined && nowMs < known.untilMs) {
      if (known.keyId !== null) this.#options.usage.note(known.keyId, nowMs);
      return this.#judge(known.principal, asking, nowMs);
    }
    return this.#identify(bearer, asking, nowMs);
  }

  async #identify(bearer: string | null, asking: Asking, nowMs: number): Promise<Decision> {
    const isSignal = asking.access === 'signal';
    const { required, signalKeysFile, logger } = this.#options;
    const signalKeys = isSignal ? await readSignalKeys(signalKeysFile, logger) : null;
    if (!required && signalKeys === null) return this.#judge(anyone(asking.address), asking, nowMs);
    if (signalKeys === 'unreadable')
      return cannotTell("the gateway's keys for signals cannot be read");
    if (bearer === null) return nobody(asking.access);
    const found =
      (await this.#keyOrToken(bearer, asking, nowMs)) ?? signalPrincipal(signalKeys ?? [], bearer);
    if (found === null) return this.#wrongGuess(asking, nowMs, nobody(asking.access));
    return 'admitted' in found ? found : this.#judge(found, asking, nowMs);
  }

  /** Who it is, why that is nobody any more, or `null` for what is neither key nor token. */
  async #keyOrToken(
    bearer: string,
    asking: Asking,
    nowMs: number,
  ): Promise<Principal | Refused | null> {
    const { keys, usage, tokens } = this.#options;
    const key = await keys.find(bearer);
    if (key !== null) {
      const state = keyState(key, nowMs);
      if (state !== 'active') return outOfForce(key.name, state);
      const principal = keyPrincipal(key);
      this.#remember(bearer, principal, key.id, Number.POSITIVE_INFINITY);
      usage.note(key.id, nowMs);
      return principal;
    }
    if (!keys.readable && bearer.startsWith('mlr_')) return cannotTell('the keys cannot be read');
    if (tokens === null || !looksLikeToken(bearer)) return null;
    // A signature is dear to check: not for one who has only sent wrong ones.
    const waitMs = this.#guesses.wait(asking.address, GUESSES, nowMs);
    if (waitMs > 0) return tooOften(waitMs, TOO_MANY_GUESSES, null);
    const principal = await tokens.verify(bearer).catch(() => 'unavailable' as const);
    if (principal === 'unavailable')
      return cannotTell("the token cannot be checked: its issuer's keys cannot be had");
    if (principal === null) return this.#wrongGuess(asking, nowMs, notTrusted());
    this.#remember(bearer, principal, null, nowMs + TRUST_TOKEN_MS);
    return principal;
  }

  #wrongGuess({ address }: Asking, nowMs: number, refused: Refused): Refused {
    const waitMs = this.#guesses.take(address, GUESSES, nowMs);
    return waitMs > 0 ? tooOften(waitMs, TOO_MANY_GUESSES, null) : refused;
  }

  #remember(bearer: string, principal: Principal, keyId: string | null, trustMs: number): void {
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    const untilMs = Math.min(trustMs, principal.expiresAtMs ?? Number.POSITIVE_INFINITY);
    this.#known.set(bearer, { principal, keyId, untilMs });
  }

  #judge(principal: Principal, { access, model }: Asking, nowMs: number): Decision {
    if (!grants(principal.scopes, access)) return forbidden(principal, WORDS[access](model));
    if (model !== null && !mayTouch(principal, model))
      return forbidden(principal, WORDS[access](model));
    return this.#atItsRate(principal, nowMs);
  }

  #atItsRate(principal: Principal, nowMs: number): Decision {
    const rate = rateOf(principal, this.#options.rate);
    if (rate === null) return admit(principal);
    const waitMs = this.#rates.take(principal.id, rate, nowMs);
    if (waitMs === 0) return admit(principal);
    return tooOften(waitMs, `more than ${rate.requestsPerSecond} requests a second`, principal);
  }
}

const TOO_MANY_GUESSES = 'too many wrong keys from this address';

/** Continues "the key shop may not …". */
const WORDS: { readonly [access in RouteAccess]: (model: string | null) => string } = {
  predict: (model) => `predict${model === null ? '' : ` with model ${model}`}`,
  feedback: () => 'tell labels or feedback',
  signal: (model) => `signal${model === null ? '' : ` model ${model}`}`,
  read: () => 'read that',
  admin: () => 'do that',
  any: (model) => `see${model === null ? ' that' : ` model ${model}`}`,
  public: () => 'do that',
};

function rateOf({ requestsPerSecond }: Principal, rate: Rate | null): Rate | null {
  if (requestsPerSecond === null) return rate;
  return { requestsPerSecond, burst: Math.max(1, Math.ceil(requestsPerSecond)) };
}

function bearerOf(authorization: string | undefined): string | null {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? null;
}

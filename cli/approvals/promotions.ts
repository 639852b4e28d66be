import type { RegistryReader } from '../../models/registry/ports.js';
import { nameOf, stateFromLedger } from '../../monitoring/policy/index.js';
import { wrap } from '../render/table.js';

/** A change of what is in production, or a version, that a person has to say yes to. */
export interface WaitingPromotion {
  readonly model: string;
  /** `null` where the request names none. */
  readonly version: number | null;
  /** `null` where the version was registered to be approved first and nothing asked for it. */
  readonly requestId: string | null;
  /** What waits: `deploy of version 3`. */
  readonly what: string;
  readonly detail: string;
  readonly command: string;
}

/** What waits for people in one model: requests of its ledger, and versions that nobody has approved. */
export async function promotionsOf(
  registry: RegistryReader,
  model: string,
): Promise<readonly WaitingPromotion[]> {
  const [ledger, versions] = await Promise.all([registry.ledger(model), registry.versions(model)]);
  const { pending } = stateFromLedger(model, ledger, null);
  const asked = pending
    .filter(({ waitsFor }) => waitsFor === 'approval')
    .map(({ request, detail }): WaitingPromotion => {
      const version = 'version' in request ? request.version : null;
      const command = `millrace approve ${model} --request ${request.requestId} --reason "…"`;
      return {
        model,
        version,
        requestId: request.requestId,
        what: nameOf(request),
        detail,
        command,
      };
    });
  const known = new Set(asked.map(({ version }) => version));
  const registered = versions
    .filter(({ approval, status }) => approval === 'pending' && status === 'ready')
    .filter(({ version }) => !known.has(version))
    .map(
      ({ version }): WaitingPromotion => ({
        model,
        version,
        requestId: null,
        what: `version ${version}`,
        detail: 'it was registered to be approved first',
        command: `millrace approve ${model}@${version} --reason "…"`,
      }),
    );
  return [...asked, ...registered];
}

/** Of every model of the installation. */
export async function waitingPromotions(
  registry: RegistryReader,
): Promise<readonly WaitingPromotion[]> {
  const models = await registry.models();
  return (await Promise.all(models.map((model) => promotionsOf(registry, model)))).flat();
}

export function promotionLines(
  { model, what, detail, command }: WaitingPromotion,
  width: number,
): readonly string[] {
  return [
    ...wrap(`${model}: ${what} waits for approval: ${detail}`, Math.max(20, width - 2)).map(
      (line) => `  ${line}`,
    ),
    // A command is copied: it is never wrapped.
    `    answer: ${command}`,
  ];
}

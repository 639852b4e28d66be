import { type GatewayLease, isLeaseLive } from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import { ago } from '../render/ago.js';

/** A gateway in the JSON of `status`. */
export interface GatewayStatus {
  readonly id: string;
  readonly address: string;
  /** Wall clock of what it last told the registry. */
  readonly toldAt: string;
  /**
   * `live`: it tells the registry what it serves. `cut-off`: it answers, and cannot reach the registry;
   * it serves the last state that it read. `silent`: it tells nothing, and does not answer here.
   */
  readonly state: 'live' | 'cut-off' | 'silent';
  /** Since when it is cut off, as it says itself; `null` where it is not. */
  readonly cutOffSince: string | null;
}

const ANSWER_WITHIN_MS = 1_000;

/** Every gateway that has a lease. One that tells nothing is asked itself. */
export async function readGateways(
  registry: Pick<RegistryReader, 'leases'>,
  nowMs: number,
): Promise<readonly GatewayStatus[]> {
  return Promise.all((await registry.leases()).map((lease) => gatewayStatus(lease, nowMs)));
}

async function gatewayStatus(lease: GatewayLease, nowMs: number): Promise<GatewayStatus> {
  const { id, address, at: toldAt, cutOff } = lease;
  const base = { id, address, toldAt };
  if (isLeaseLive(lease, nowMs)) {
    const cutOffSince = cutOff?.until === null ? cutOff.since : null;
    return { ...base, state: cutOffSince === null ? 'live' : 'cut-off', cutOffSince };
  }
  const said = await askedReady(address);
  if (said === null) return { ...base, state: 'silent', cutOffSince: null };
  return { ...base, state: 'cut-off', cutOffSince: said.cut_off_since ?? toldAt };
}

/** @returns `null` where nothing that is a gateway answers */
async function askedReady(address: string): Promise<{ readonly cut_off_since?: string } | null> {
  try {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const response = await fetch(`${address}/v2/health/ready`, { signal });
    const said: unknown = await response.json();
    if (typeof said !== 'object' || said === null || !('ready' in said)) return null;
    return 'cut_off_since' in said && typeof said.cut_off_since === 'string'
      ? { cut_off_since: said.cut_off_since }
      : {};
  } catch {
    return null;
  }
}

/** What a person should know of the gateways: nothing of those that are as they should be. */
export function gatewayNotes(gateways: readonly GatewayStatus[], nowMs: number): readonly string[] {
  return gateways.flatMap((gateway) => {
    const note = noteOf(gateway, nowMs);
    return note === null ? [] : [note];
  });
}

function noteOf(
  { id, address, state, toldAt, cutOffSince }: GatewayStatus,
  nowMs: number,
): string | null {
  switch (state) {
    case 'live':
      return null;
    case 'cut-off':
      return `gateway ${id} (${address}) cannot reach the registry since ${cutOffSince}: it serves the last state that it read`;
    case 'silent':
      return `gateway ${id} (${address}) last told of itself ${ago(toldAt, nowMs)}`;
  }
}

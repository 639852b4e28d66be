import type { Repair, RepairRequest, Verdict, WindowMeasurement } from '../../contracts/index.js';

/**
 * What is to be lifted after a window, because the trouble that it repaired has recovered: an input
 * that is no longer past its limit of missing values, a fallback once a window is as it should be.
 * While the trouble stands by hysteresis, nothing is lifted; a quarantine stays, since its rows stay
 * what they are.
 *
 * @param repairs - those in force
 */
export function liftRequests(
  verdict: Verdict,
  measurement: WindowMeasurement,
  repairs: readonly Repair[],
): readonly RepairRequest[] {
  if (!tells(verdict)) return [];
  return repairs.flatMap((repair) => {
    const what = recovered(repair, verdict, measurement);
    if (what === null) return [];
    const { model, window } = measurement;
    return [
      {
        kind: 'repair' as const,
        repair: repair.kind,
        change: 'lift' as const,
        features: repair.kind === 'impute' ? [repair.feature] : [],
        window: repair.kind === 'quarantine' ? repair.window : window,
        requestId: `monitor/${model}/${window.end}/lift/${repair.key}`,
        asOf: window.end,
        actor: 'monitor',
        reason: what,
        evidence: { verdict: verdict.kind, window: { ...window } },
      },
    ];
  });
}

/** Whether the window says anything of a recovery. */
function tells({ kind, held }: Verdict): boolean {
  const isUntold = kind === 'insufficient' || kind === 'no-data' || kind === 'service-degraded';
  return !isUntold && !(kind === 'data-quality-break' && held?.guard === 'hysteresis');
}

function recovered(
  repair: Repair,
  verdict: Verdict,
  { quality, window }: WindowMeasurement,
): string | null {
  switch (repair.kind) {
    case 'impute': {
      const { feature } = repair;
      const isBroken = quality.breaches.some(({ column }) => column === feature);
      return isBroken
        ? null
        : `${feature} is within its limits again in the window to ${window.end}`;
    }
    case 'fallback':
      return verdict.kind === 'ok'
        ? `nothing is past its limit in the window to ${window.end}`
        : null;
    case 'quarantine':
      return null;
  }
}

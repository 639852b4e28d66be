import { describe, expect, it } from 'vitest';
import type { RollbackCandidate } from '../../../contracts/index.js';
import { chooseRollback } from '../../../monitoring/policy/index.js';

const candidate = (version: number, over: Partial<RollbackCandidate> = {}): RollbackCandidate => ({
  version,
  problem: null,
  onCurrentData: null,
  lastMeasured: null,
  ...over,
});
const broken = { problem: 'has an artifact that is not intact' };
const worse = { onCurrentData: { better: false, detail: 'it loses 3 more' } };
const better = { onCurrentData: { better: true, detail: 'it loses 3 less' } };
const lost = { lastMeasured: { kept: false, detail: 'mae 30 against 10' } };
const kept = { lastMeasured: { kept: true, detail: 'mae 10 against 10' } };

describe('what a rollback returns to', () => {
  it('is the last version that was good, and each that was passed over is named', () => {
    const choice = chooseRollback(
      [candidate(4, broken), candidate(3, lost), candidate(2, kept), candidate(1)],
      'monitor',
    );
    expect(choice).toMatchObject({ to: 2, why: expect.stringContaining('mae 10 against 10') });
    expect(choice.skipped).toEqual([
      { version: 4, why: 'has an artifact that is not intact' },
      { version: 3, why: 'was not good when it was last measured (mae 30 against 10)' },
    ]);
  });

  it('takes current data before what was measured while it served', () => {
    expect(chooseRollback([candidate(1, { ...lost, ...better })], 'monitor').to).toBe(1);
    expect(chooseRollback([candidate(1, { ...kept, ...worse })], 'monitor').to).toBeNull();
  });

  it('takes a version that was never measured for good', () => {
    expect(chooseRollback([candidate(1)], 'monitor').to).toBe(1);
  });

  it('asks for a retrain where one could serve and would be no better', () => {
    expect(chooseRollback([candidate(2, broken), candidate(1, worse)], 'monitor')).toMatchObject({
      to: null,
      retrainInstead: true,
      why: 'version 2 has an artifact that is not intact; version 1 is no better on current data (it loses 3 more)',
    });
    expect(chooseRollback([candidate(2, broken)], 'monitor')).toMatchObject({
      to: null,
      retrainInstead: false,
    });
  });

  it('warns a person where it refuses a monitor', () => {
    expect(chooseRollback([candidate(2, broken), candidate(1, worse)], 'person')).toMatchObject({
      to: 1,
      why: expect.stringContaining('no better on current data'),
      skipped: [{ version: 2 }],
    });
    expect(chooseRollback([candidate(1, worse)], 'person-names').to).toBe(1);
    expect(chooseRollback([candidate(1, broken)], 'person-names').to).toBeNull();
  });
});

import { describe, expect, test } from 'vitest';
import { compilePipeline } from '../../pipelines/index.js';
import { planHash } from '../../pipelines/plan-hash.js';

const HEAD = `apiVersion: millrace/v1
name: demo
params:
  n: {type: integer, default: 3, max: 9}
steps: {a: {uses: noop}}
`;

function compile(schedule: string, head = HEAD) {
  return compilePipeline(`${head}schedule: ${schedule}\n`, {
    file: 'demo.yaml',
    baseDirectory: '/',
  });
}

function specOf(schedule: string) {
  const compiled = compile(schedule);
  if (!compiled.ok) throw new Error(compiled.errors.map(({ message }) => message).join('; '));
  return compiled.plan.schedule;
}

const warningsOf = (schedule: string) => {
  const compiled = compile(schedule);
  return compiled.ok ? compiled.warnings : ['it does not compile'];
};

/** `line:column code offending text — message` of each error. */
function errorsOf(schedule: string, head = HEAD): readonly string[] {
  const compiled = compile(schedule, head);
  return compiled.ok
    ? []
    : compiled.errors.map(
        ({ line, column, code, text, message }) => `${line}:${column} ${code} ${text} — ${message}`,
      );
}

describe('what a schedule compiles to', () => {
  test('a cron expression alone is as it always was', () => {
    expect(specOf('{cron: " 0 3 * * MON"}')).toEqual({
      cron: '0 3 * * MON',
      timezone: 'UTC',
      overlap: 'skip',
      catchupWindowMs: 3_600_000,
    });
  });

  test('the hash of a plan that an earlier version made stays', () => {
    const compiled = compile('{cron: "0 3 * * MON", timezone: Europe/Berlin}');
    if (!compiled.ok) throw new Error('it compiles');
    const schedule = {
      cron: '0 3 * * MON',
      timezone: 'Europe/Berlin',
      overlap: 'skip',
      catchupWindowMs: 3_600_000,
    } as const;
    expect(compiled.planHash).toBe(planHash({ ...compiled.plan, schedule }));
  });

  test('everything at once', () => {
    const spec = specOf(
      '{cron: ["0 6 * * *", "@weekly"], timezone: Asia/Kolkata, jitter: 5m, overlap: terminateOther, catchupWindow: 10m, pauseOnFailure: true, startAt: 2027-01-01, endAt: "2027-12-31T23:00:00+01:00", params: {n: 4}}',
    );
    expect(spec).toEqual({
      cron: ['0 6 * * *', '@weekly'],
      timezone: 'Asia/Kolkata',
      overlap: 'terminateOther',
      catchupWindowMs: 600_000,
      jitterMs: 300_000,
      pauseOnFailure: true,
      startAt: '2027-01-01T00:00:00Z',
      endAt: '2027-12-31T22:00:00Z',
      params: { n: 4 },
    });
  });

  test('an interval with its offset', () => {
    expect(specOf('{every: 6h, offset: 30m}')).toMatchObject({
      every: { intervalMs: 21_600_000, offsetMs: 1_800_000 },
    });
  });

  test('a calendar: names, ranges, steps and lists in every form', () => {
    const spec = specOf(
      '{calendar: {second: 30, minute: "0-59/15", hour: [6, {start: 8, end: 12, step: 2}], dayOfWeek: {start: monday, end: friday}, month: "jan,july", year: [2028, 2029]}}',
    );
    expect(spec?.calendar).toEqual([
      {
        second: [{ start: 30, end: 30, step: 1 }],
        minute: [{ start: 0, end: 45, step: 15 }],
        hour: [{ start: 6, end: 12, step: 2 }],
        dayOfMonth: [{ start: 1, end: 31, step: 1 }],
        month: [
          { start: 1, end: 1, step: 1 },
          { start: 7, end: 7, step: 1 },
        ],
        year: [{ start: 2028, end: 2029, step: 1 }],
        dayOfWeek: [{ start: 1, end: 5, step: 1 }],
      },
    ]);
  });

  test('sunday is 0 and 7, and an absent field has its default', () => {
    const spec = specOf('{calendar: [{dayOfWeek: 7}, {dayOfWeek: 0}, {dayOfWeek: sunday}]}');
    expect(new Set(spec?.calendar?.map((item) => JSON.stringify(item))).size).toBe(1);
    expect(spec?.calendar?.[0]?.hour).toEqual([{ start: 0, end: 0, step: 1 }]);
  });

  test.each([
    'Asia/Kolkata',
    'Asia/Calcutta',
    'Etc/GMT+5',
    'America/Argentina/Buenos_Aires',
    'UTC',
  ])('the zone %s', (zone) => {
    expect(errorsOf(`{cron: "@daily", timezone: ${zone}}`)).toEqual([]);
  });
});

describe('every error has its place', () => {
  test.each([
    ['{}', '6:11 missing-key {} — the schedule does not say when'],
    [
      '{cron: "@daily", every: 1h}',
      '6:28 misplaced every — every beside cron: a schedule has one of cron, every, calendar',
    ],
    [
      '{calendar: {hour: 3}, cron: "@daily"}',
      '6:33 misplaced cron — cron beside calendar: a schedule has one of cron, every, calendar',
    ],
    ['{cron: "@daily", offset: 1h}', '6:28 misplaced offset — offset belongs to every'],
    ['{every: 1h, offset: 1h}', '6:31 out-of-range 1h — the offset must be less than every (1h)'],
    ['{every: 500ms}', '6:19 bad-value 500ms — the duration is out of range'],
    ['{every: 1500ms}', '6:19 bad-value 1500ms — every is in whole seconds'],
    ['{cron: 5}', '6:18 wrong-type 5 — expected a cron expression or a list of them'],
    ['{cron: []}', '6:18 out-of-range [] — the list must have at least 1 item'],
    [
      '{cron: ["@daily", "0 0 30 2 *"]}',
      '6:29 bad-value "0 0 30 2 *" — it never fires: no year up to 2100 has such a day',
    ],
    ['{cron: "0 0 31 4,6,9 *"}', '6:18 bad-value "0 0 31 4,6,9 *" — it never fires'],
    ['{calendar: {dayOfMonth: 29, month: 2, year: 2027}}', '6:22 bad-value {dayOfMonth: 29'],
    [
      '{cron: "0 0 3 * * *"}',
      '6:18 bad-value "0 0 3 * * *" — not a cron expression: it has 6 fields',
    ],
    [
      '{cron: "0 0 3 * * * 2027"}',
      '6:18 bad-value "0 0 3 * * * 2027" — not a cron expression: it has 7',
    ],
    ['{cron: "0 3 L * *"}', '6:18 bad-value "0 3 L * *" — not a cron expression: L is of another'],
    ['{cron: "0 3 * * MON#1"}', '6:18 bad-value "0 3 * * MON#1" — not a cron expression: # is of'],
    ['{cron: "@every 5m"}', '6:18 bad-value "@every 5m" — not a cron expression: @every is no'],
    [
      '{cron: "TZ=UTC 0 3 * * *"}',
      '6:18 bad-value "TZ=UTC 0 3 * * *" — not a cron expression: the time zone',
    ],
    [
      '{cron: "0 3 * * FRI-MON"}',
      '6:18 bad-value "0 3 * * FRI-MON" — not a cron expression: day of the week: the range',
    ],
    [
      '{cron: "*/0 * * * *"}',
      '6:18 bad-value "*/0 * * * *" — not a cron expression: minute: the step 0',
    ],
    ['{calendar: {hour: [3, 24]}}', '6:33 bad-value 24 — hour: 24 is not from 0 to 23'],
    [
      '{calendar: {hour: {start: 5, end: 3}}}',
      '6:29 bad-value {start: 5, end: 3} — hour: the range',
    ],
    ['{calendar: [{dayOfWeek: mo}]}', '6:35 bad-value mo — day of the week: mo is not from 0 to 7'],
    ['{calendar: {hours: 3}}', '6:23 unknown-key hours — unknown key hours'],
    ['{calendar: {hour: true}}', '6:29 wrong-type true — expected a number, text such as 1-5'],
    ['{cron: "@daily", timezone: Europe/Berln}', '6:38 bad-value Europe/Berln — unknown time zone'],
    [
      '{cron: "@daily", timezone: europe/berlin}',
      '6:38 bad-value europe/berlin — unknown time zone',
    ],
    ['{cron: "@daily", timezone: "+01:00"}', '6:38 bad-value "+01:00" — unknown time zone'],
    ['{every: 10m, jitter: 11m}', '6:32 out-of-range 11m — a jitter of 11m is longer than the 10m'],
    [
      '{cron: "0,20 * * * *", jitter: 30m}',
      '6:42 out-of-range 30m — a jitter of 30m is longer than the 20m',
    ],
    [
      '{cron: "@daily", startAt: 2027-02-01, endAt: 2027-01-01}',
      '6:56 out-of-range 2027-01-01 — endAt is before startAt',
    ],
    ['{cron: "@daily", startAt: 2027-02-30}', '6:37 bad-value 2027-02-30 — not a time'],
    [
      '{cron: "@yearly", startAt: 2027-02-01, endAt: 2027-03-01}',
      '6:57 out-of-range 2027-03-01 — the schedule never fires from 2027-02-01T00:00:00Z',
    ],
    [
      '{cron: "@daily", overlap: queue}',
      '6:37 bad-value queue — the text "queue" is not allowed here',
    ],
    [
      '{cron: "@daily", pauseOnFailure: sometimes}',
      '6:44 wrong-type sometimes — expected true or false',
    ],
    ['{cron: "@daily", params: {m: 1}}', '6:37 unknown-name m — the pipeline has no parameter m'],
    [
      '{cron: "@daily", params: {n: 10}}',
      '6:40 bad-value 10 — parameter n: 10 is above the maximum 9',
    ],
  ])('schedule: %s', (schedule, expected) => {
    const [first, ...others] = errorsOf(schedule);
    expect(first?.slice(0, expected.length)).toBe(expected);
    expect(others).toEqual([]);
  });

  test('parameters beside a model, which has its own for a retraining', () => {
    const head = HEAD.replace('params:', 'model: demo\nparams:');
    expect(errorsOf('{cron: "@daily", params: {n: 4}}', head)[0]).toMatch(/^7:28 misplaced params/);
  });

  test('the nearest zone is named, also where only its case is wrong', () => {
    const hint = (zone: string) => {
      const compiled = compile(`{cron: "@daily", timezone: ${zone}}`);
      return compiled.ok ? undefined : compiled.errors[0]?.hint;
    };
    expect(hint('Europe/Berln')).toBe('did you mean Europe/Berlin?');
    expect(hint('asia/kolkata')).toBe('did you mean Asia/Kolkata?');
    expect(hint('Asia/Kolkatta')).toBe('did you mean Asia/Kolkata?');
    expect(hint('"+01:00"')).toBe('an IANA name such as Europe/Berlin or UTC');
  });
});

describe('what is allowed but hardly meant is warned of', () => {
  test('a day of the month and of the week, of which cron elsewhere takes either', () => {
    expect(warningsOf('{cron: "0 0 13 * FRI"}')[0]).toContain('must both match');
    expect(warningsOf('{cron: "0 0 13 * *"}')).toEqual([]);
  });

  test('an interval with a zone, which does not move it', () => {
    expect(warningsOf('{every: 1d, timezone: Europe/Berlin}')[0]).toContain('does not move it');
    expect(warningsOf('{every: 1d}')).toEqual([]);
  });
});

import { ledgerLines } from '../models/view.js';
import type { Style } from '../render/style.js';
import { wrap } from '../render/table.js';
import type { ExplainDocument } from './explain-decision.js';

const MEASUREMENT: Readonly<Record<ExplainDocument['measurement'], string>> = {
  'as-judged': 'kept as it was judged',
  corrected: 'as it was judged; late rows or labels have corrected what is kept since',
  damaged: 'its digest is not the one that the decision names',
  missing: 'nothing was measured',
};

/** A decision from its measurement to what came of it. */
export function explainLines(
  document: ExplainDocument,
  width: number,
  style: Style,
): readonly string[] {
  const { bold, dim, green, red } = style;
  const { verdict, findings, configured, measurement, rows, ledger } = document;
  const { breaches, held } = verdict;
  const line = (name: string, text: string): readonly string[] => wrap(`${name}: ${text}`, width);
  return [
    `${bold(document.decision)}: ${verdict.kind}, ${verdict.action}`,
    '',
    ...line(
      'measurement',
      `${rows ?? 'no'} rows of version ${document.version}; ${MEASUREMENT[measurement]}`,
    ),
    ...(findings.length === 0
      ? line('rules', 'none matches')
      : findings.flatMap(({ kind, rule, reason }, index) =>
          line(`${index === 0 ? 'rule' : 'also'} ${rule ?? 'of the team'}`, `${kind}: ${reason}`),
        )),
    ...(configured === null ? [] : line('policy', configured)),
    ...(breaches.needed === 0
      ? []
      : line('windows', `${breaches.seen} of the last ${breaches.of}, ${breaches.needed} needed`)),
    ...(held === undefined ? [] : line(`held by ${held.guard}`, held.detail)),
    ...line('asked for', document.signalled ?? 'nothing'),
    ...(ledger.length === 0 ? [] : ['', dim('what came of it (UTC)')]),
    ...ledger.flatMap((entry) => ledgerLines(entry, width, style)),
    '',
    document.same ? green('✓ made again, it comes out the same') : red(`✗ ${whyNot(document)}`),
  ];
}

function whyNot({ again, differs, measurement, verdict }: ExplainDocument): string {
  if (again === null) return 'it cannot be made again: what it was made from is not stored';
  if (measurement === 'damaged')
    return 'the measurement that is stored is not the one that was judged';
  return `made again, it comes out otherwise in ${differs.join(', ')}: ${again.kind}, ${again.action} (was ${verdict.kind}, ${verdict.action})`;
}

import type { CardSpec, RiskClass } from '../../../../contracts/index.js';
import { defineSection, required, wanted } from '../card-section.js';
import { facts, plain, statements } from '../markdown.js';

interface Use
  extends Pick<CardSpec, 'intendedUse' | 'outOfScope' | 'limitations' | 'owner' | 'licence'> {
  readonly risk: RiskClass;
  /** `monitor.risk` says it; else `low` is what millrace acts by. */
  readonly isRiskStated: boolean;
}

/** What the model is for, by whom and within which limits: what only people can say. */
export const use = defineSection<Use>({
  id: 'use',
  title: 'Intended use',
  read({ plan, record }) {
    const { intendedUse, outOfScope, limitations, owner, licence } = plan?.card ?? {};
    const risk = record.monitor?.risk;
    return {
      content: {
        ...(intendedUse !== undefined && { intendedUse }),
        ...(outOfScope !== undefined && { outOfScope }),
        ...(limitations !== undefined && { limitations }),
        ...(owner !== undefined && { owner }),
        ...(licence !== undefined && { licence }),
        risk: risk ?? 'low',
        isRiskStated: risk !== undefined,
      },
      missing: [
        required(intendedUse === undefined, 'intended use (`card.intendedUse`)'),
        wanted(outOfScope === undefined, 'uses that it is not for (`card.outOfScope`)'),
        required(limitations === undefined, 'limitations (`card.limitations`)'),
        required(owner === undefined, 'an owner (`card.owner`)'),
        wanted(licence === undefined, 'a licence (`card.licence`)'),
        wanted(risk === undefined, 'a risk class (`monitor.risk`); it is treated as low'),
      ],
    };
  },
  markdown: ({ intendedUse, outOfScope, limitations, owner, licence, risk, isRiskStated }) =>
    facts([
      ['For', statements(intendedUse)],
      ['Not for', statements(outOfScope)],
      ['Limitations', statements(limitations)],
      ['Owner', owner === undefined ? null : plain(owner)],
      ['Licence', licence === undefined ? null : plain(licence)],
      ['Risk class', isRiskStated ? risk : null],
    ]),
});

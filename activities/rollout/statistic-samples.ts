import type { ArmQuestion, ArmReader } from '../../models/predictions/ports.js';
import {
  type LabelledRows,
  type MetricSample,
  STATISTICS,
  statisticSample,
} from '../../models/rollout/index.js';
import type { ArmsToMeasure } from '../../monitoring/policy/index.js';

/** Metrics that are no mean over rows, of the labelled rows of both arms; none where none is asked. */
export async function statisticSamples(
  log: Pick<ArmReader, 'armRows' | 'shadowRows'>,
  question: ArmQuestion,
  arms: ArmsToMeasure,
): Promise<{ readonly [metric: string]: MetricSample }> {
  const asked = STATISTICS.filter((name) =>
    arms.analysis.metrics.some(({ metric }) => metric === name),
  );
  if (asked.length === 0) return {};
  const found = await rowsOf(log, question, arms);
  const classes = question.classes.length;
  return Object.fromEntries(
    asked.map((metric) => [
      metric,
      statisticSample(metric, { ...found, paired: arms.shadow, classes }),
    ]),
  );
}

async function rowsOf(
  log: Pick<ArmReader, 'armRows' | 'shadowRows'>,
  question: ArmQuestion,
  { champion, challenger, shadow }: ArmsToMeasure,
) {
  if (shadow) return log.shadowRows(question);
  const found = await log.armRows(question);
  const of = (version: number): LabelledRows =>
    found.find((arm) => arm.version === version) ?? NO_ROWS;
  return { champion: of(champion), challenger: of(challenger) };
}

const NOTHING = new Float64Array(0);
const NO_ROWS: LabelledRows = { labels: NOTHING, predictions: NOTHING, probabilities: NOTHING };

/** A named measure with its series, as Prometheus reads it. */
export interface Family {
  /** Lines of the text format 0.0.4. */
  render(): string;
}

export type LabelValues = readonly string[];

/** More series than this are added to the last one: a label may not fill the memory of two programs. */
const MAX_SERIES = 1_000;
const OTHER = 'other';

/** What families of stored series have in common: one series for each set of label values. */
abstract class StoredFamily<Series> implements Family {
  readonly #series = new Map<string, { readonly labels: string; readonly series: Series }>();

  constructor(
    protected readonly name: string,
    private readonly help: string,
    private readonly type: string,
    private readonly labelNames: readonly string[],
  ) {}

  /** The series of these label values, in the order of the names; keep it where it is used often. */
  of(...values: LabelValues): Series {
    const key = values.join('\n');
    const known = this.#series.get(key);
    if (known !== undefined) return known.series;
    if (this.#series.size >= MAX_SERIES && values.some((value) => value !== OTHER)) {
      return this.of(...this.labelNames.map(() => OTHER));
    }
    const series = this.create();
    this.#series.set(key, { labels: labelText(this.labelNames, values), series });
    return series;
  }

  render(): string {
    const lines = [header(this.name, this.help, this.type)];
    for (const { labels, series } of this.#series.values()) lines.push(this.lines(labels, series));
    return lines.join('\n');
  }

  protected abstract create(): Series;
  protected abstract lines(labels: string, series: Series): string;
}

export class Counter {
  value = 0;
  add(count = 1): void {
    this.value += count;
  }
}

export class CounterFamily extends StoredFamily<Counter> {
  constructor(name: string, help: string, labelNames: readonly string[]) {
    super(name, help, 'counter', labelNames);
  }

  protected create(): Counter {
    return new Counter();
  }

  protected lines(labels: string, { value }: Counter): string {
    return `${this.name}${braced(labels)} ${value}`;
  }
}

/** Counts of values up to each bound; nothing is allocated for one. */
export class Histogram {
  readonly counts: Float64Array;
  sum = 0;

  constructor(readonly bounds: readonly number[]) {
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    let bucket = 0;
    while (bucket < this.bounds.length && value > (this.bounds[bucket] ?? 0)) bucket += 1;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.sum += value;
  }
}

export class HistogramFamily extends StoredFamily<Histogram> {
  constructor(
    name: string,
    help: string,
    labelNames: readonly string[],
    private readonly bounds: readonly number[],
  ) {
    super(name, help, 'histogram', labelNames);
  }

  protected create(): Histogram {
    return new Histogram(this.bounds);
  }

  protected lines(labels: string, { bounds, counts, sum }: Histogram): string {
    let below = 0;
    const prefix = labels === '' ? '' : `${labels},`;
    const lines = Array.from(counts, (count, bucket) => {
      below += count;
      return `${this.name}_bucket{${prefix}le="${bounds[bucket] ?? '+Inf'}"} ${below}`;
    });
    lines.push(`${this.name}_sum${braced(labels)} ${sum}`);
    lines.push(`${this.name}_count${braced(labels)} ${below}`);
    return lines.join('\n');
  }
}

/** What is looked up when it is asked for. */
export class CollectedFamily implements Family {
  constructor(
    private readonly name: string,
    private readonly help: string,
    private readonly type: 'gauge' | 'counter',
    private readonly labelNames: readonly string[],
    private readonly collect: () => Iterable<readonly [labels: LabelValues, value: number]>,
  ) {}

  render(): string {
    const lines = [header(this.name, this.help, this.type)];
    for (const [values, value] of this.collect()) {
      lines.push(`${this.name}${braced(labelText(this.labelNames, values))} ${value}`);
    }
    return lines.join('\n');
  }
}

/** A family of one series without labels, looked up when it is asked for. */
export function single(
  name: string,
  help: string,
  type: 'gauge' | 'counter',
  value: () => number,
): Family {
  return new CollectedFamily(name, help, type, [], () => [[[], value()]]);
}

export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export function renderFamilies(families: readonly Family[]): string {
  return `${families.map((family) => family.render()).join('\n')}\n`;
}

function header(name: string, help: string, type: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}`;
}

/** @example labelText(['model'], ['a"b']); // 'model="a\\"b"' */
function labelText(names: readonly string[], values: LabelValues): string {
  return names.map((name, index) => `${name}="${escaped(values[index] ?? '')}"`).join(',');
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function braced(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}

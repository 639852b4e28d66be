/**
 * Who may import whom: the table of docs/architecture.md. A room may always import itself.
 * `typeOnly` rooms may be named in `import type` alone.
 */
export interface RoomRule {
  readonly room: string;
  readonly may: readonly string[];
  readonly typeOnly?: readonly string[];
}

export const ROOMS: readonly RoomRule[] = [
  { room: 'contracts', may: [] },
  { room: 'logging', may: ['contracts'] },
  { room: 'calendar', may: ['contracts'] },
  { room: 'pipelines/expressions', may: ['contracts'] },
  { room: 'pipelines/cache', may: ['contracts', 'pipelines/expressions'] },
  { room: 'pipelines', may: ['contracts', 'calendar', 'pipelines/expressions'] },
  { room: 'monitoring/drift', may: ['contracts'] },
  { room: 'monitoring/policy', may: ['contracts', 'pipelines/expressions'] },
  { room: 'monitoring/report', may: ['contracts'] },
  {
    room: 'monitoring/datasets',
    may: ['contracts', 'logging', 'monitoring/drift', 'storage', 'processes'],
  },
  { room: 'monitoring/incidents', may: ['contracts'] },
  {
    room: 'monitoring/measuring',
    may: [
      'contracts',
      'logging',
      'monitoring/drift',
      'monitoring/datasets',
      'models/inference',
      'models/predictions',
      'storage',
    ],
    typeOnly: ['models/registry', 'processes'],
  },
  { room: 'notifications', may: ['contracts', 'logging', 'storage'] },
  {
    room: 'backtest',
    may: [
      'contracts',
      'logging',
      'pipelines',
      'pipelines/expressions',
      'pipelines/cache',
      'monitoring/drift',
      'monitoring/policy',
      'monitoring/measuring',
      'monitoring/report',
      'models/inference',
      'models/predictions',
      'activities',
      'storage',
      'processes',
    ],
    typeOnly: ['models/registry'],
  },
  { room: 'processes', may: ['contracts', 'logging', 'storage'] },
  { room: 'storage', may: ['contracts', 'logging'] },
  { room: 'models/registry', may: ['contracts', 'logging'] },
  {
    room: 'models/inference',
    may: ['contracts', 'logging', 'monitoring/drift'],
    typeOnly: ['storage'],
  },
  { room: 'models/predictions', may: ['contracts', 'logging', 'storage'] },
  {
    room: 'models/serving',
    may: [
      'contracts',
      'logging',
      'models/registry',
      'models/inference',
      'models/predictions',
      'storage',
    ],
  },
  {
    room: 'workflows',
    may: ['contracts', 'pipelines/expressions', 'monitoring/policy'],
    typeOnly: ['activities'],
  },
  { room: 'temporal', may: ['contracts', 'calendar'] },
  {
    room: 'activities',
    may: [
      'contracts',
      'logging',
      'calendar',
      'pipelines/expressions',
      'pipelines/cache',
      'monitoring/drift',
      'monitoring/datasets',
      'monitoring/incidents',
      'monitoring/measuring',
      'monitoring/policy',
      'monitoring/report',
      'notifications',
      'models/registry',
      'models/inference',
      'models/predictions',
      'storage',
      'processes',
      'temporal',
    ],
  },
  { room: 'setup', may: [] },
  {
    room: 'cli',
    may: [
      'contracts',
      'logging',
      'calendar',
      'pipelines',
      'pipelines/expressions',
      'pipelines/cache',
      'monitoring/drift',
      'monitoring/datasets',
      'monitoring/incidents',
      'monitoring/measuring',
      'backtest',
      'monitoring/policy',
      'monitoring/report',
      'notifications',
      'models/registry',
      'models/inference',
      'models/predictions',
      'storage',
      'processes',
      'temporal',
      'setup',
    ],
  },
];

/** Composition roots and what stands outside the product: they may import every room. */
export const OUTSIDE = ['worker.ts', 'gateway.ts', 'demo', 'bench'];

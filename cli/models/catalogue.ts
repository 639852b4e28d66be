import type { CatalogueEntry } from '../catalogue.js';

/** The commands below `millrace models`; the file of one is loaded when it is asked for. */
export const MODELS_CATALOGUE: readonly CatalogueEntry[] = [
  {
    name: 'show',
    summary: 'show one model: champion, versions, ledger',
    load: () => import('./show.js'),
  },
  {
    name: 'card',
    summary: 'print the model card of a version, with what is missing in it',
    load: () => import('./card.js'),
  },
  {
    name: 'lineage',
    summary: 'show the way of a version: data, run, deployments, measurements',
    load: () => import('./lineage.js'),
  },
  {
    name: 'export',
    summary: 'write a version as a package, the same bits for the same content',
    load: () => import('./export.js'),
  },
  {
    name: 'import',
    summary: 'verify a package and make a version of it',
    load: () => import('./import.js'),
  },
  {
    name: 'history',
    summary: 'which version was in production when, on both clocks',
    load: () => import('./history.js'),
  },
  {
    name: 'explain-route',
    summary: 'which version answers requests of a key, and why',
    load: () => import('./explain-route.js'),
  },
  {
    name: 'tag',
    summary: 'set tags of a model or a version',
    load: async () => (await import('./tag.js')).tag,
  },
  {
    name: 'untag',
    summary: 'take tags away',
    load: async () => (await import('./tag.js')).untag,
  },
  {
    name: 'note',
    summary: 'write a note on a model or a version, or read them',
    load: () => import('./note.js'),
  },
  {
    name: 'alias',
    summary: 'point an alias to a version, or list the aliases',
    load: () => import('./alias.js'),
  },
  {
    name: 'approve',
    summary: 'say that a version may become champion (millrace approve: lets a change go on)',
    load: async () => (await import('./standing.js')).approve,
  },
  {
    name: 'reject',
    summary: 'say that a version may not become champion',
    load: async () => (await import('./standing.js')).reject,
  },
  {
    name: 'deprecate',
    summary: 'have a version not be chosen anew',
    load: async () => (await import('./standing.js')).deprecate,
  },
  {
    name: 'archive',
    summary: 'take a version out of use; it still exports',
    load: async () => (await import('./standing.js')).archive,
  },
  {
    name: 'restore',
    summary: 'bring a deprecated or archived version back into use',
    load: async () => (await import('./standing.js')).restore,
  },
  {
    name: 'delete',
    summary: 'remove the files of a version; its number and ledger stay',
    load: async () => (await import('./standing.js')).remove,
  },
  {
    name: 'retire',
    summary: 'stop schedule, monitor and traffic of a model',
    load: () => import('./retire.js'),
  },
  {
    name: 'dockerfile',
    summary: 'write what an image that serves a version is built from',
    load: () => import('./dockerfile.js'),
  },
];

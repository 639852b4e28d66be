import type { CommandModule } from './command.js';

/** One line of `millrace --help`; its file is loaded when it is asked for. */
export interface CatalogueEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

export interface CatalogueGroup {
  readonly heading: string;
  readonly commands: readonly CatalogueEntry[];
}

export const CATALOGUE: readonly CatalogueGroup[] = [
  {
    heading: 'Pipelines:',
    commands: [
      {
        name: 'init',
        summary: 'write a working project to start from',
        load: () => import('./commands/init.js'),
      },
      {
        name: 'validate',
        summary: 'check pipeline files and name every error with its place',
        load: () => import('./commands/validate.js'),
      },
      {
        name: 'plan',
        summary: 'show what a run would do, and what it would reuse',
        load: () => import('./commands/plan.js'),
      },
      {
        name: 'test',
        summary: 'try a pipeline out on a sample, twice',
        load: () => import('./commands/test.js'),
      },
      {
        name: 'run',
        summary: 'run a pipeline and watch it',
        load: () => import('./commands/run.js'),
      },
      {
        name: 'runs',
        summary: 'list runs, newest first',
        load: () => import('./commands/runs.js'),
      },
      {
        name: 'show',
        summary: 'show one run with its steps',
        load: () => import('./commands/show.js'),
      },
      {
        name: 'tune',
        summary: 'show what a search for parameters tried',
        load: () => import('./commands/tune.js'),
      },
      {
        name: 'logs',
        summary: 'print what the steps of a run wrote',
        load: () => import('./commands/logs.js'),
      },
      { name: 'cancel', summary: 'cancel a run', load: () => import('./commands/cancel.js') },
      {
        name: 'rerun',
        summary: 'run again what a run did, from a step on',
        load: () => import('./commands/rerun.js'),
      },
      {
        name: 'diff',
        summary: 'say what differs between two runs',
        load: () => import('./commands/diff.js'),
      },
      {
        name: 'gc',
        summary: 'remove what nothing needs any more',
        load: () => import('./commands/gc.js'),
      },
      {
        name: 'pin',
        summary: 'keep a run or an artifact from being removed',
        load: () => import('./commands/pin.js'),
      },
      {
        name: 'schedule',
        summary: 'run a pipeline by the clock',
        load: () => import('./commands/schedule.js'),
      },
    ],
  },
  {
    heading: 'Models:',
    commands: [
      {
        name: 'models',
        summary: 'list registered models, or show one with its ledger',
        load: () => import('./commands/models.js'),
      },
      {
        name: 'predict',
        summary: 'predict for the rows of a file, or of a stream',
        load: () => import('./commands/predict.js'),
      },
      {
        name: 'explain',
        summary: 'say what each feature has to do with the answers of a model',
        load: () => import('./commands/explain.js'),
      },
      {
        name: 'features',
        summary: 'list feature views, keep their online store up to date',
        load: () => import('./commands/features.js'),
      },
      {
        name: 'promote',
        summary: 'make a version the champion',
        load: () => import('./commands/promote.js'),
      },
      {
        name: 'deploy',
        summary: 'bring a version into service, at once or step by step',
        load: () => import('./commands/deploy.js'),
      },
      {
        name: 'rollout',
        summary: 'show the rollout of a model, pause, resume or abort it',
        load: () => import('./commands/rollout.js'),
      },
      {
        name: 'rollback',
        summary: 'bring an earlier champion back',
        load: () => import('./commands/rollback.js'),
      },
      {
        name: 'approve',
        summary: 'let a change go on that waits for a person, or refuse it',
        load: () => import('./commands/approve.js'),
      },
      {
        name: 'undo',
        summary: 'take the last automatic change back while it can be undone',
        load: () => import('./commands/undo.js'),
      },
    ],
  },
  {
    heading: 'Monitoring:',
    commands: [
      {
        name: 'status',
        summary: 'all models on one page: drift, loss, incident, next step',
        load: () => import('./commands/status.js'),
      },
      {
        name: 'monitor',
        summary: 'show what the monitor measured and decided, or signal it',
        load: () => import('./commands/monitor.js'),
      },
      {
        name: 'incidents',
        summary: 'list incidents, show one with its causes, close one',
        load: () => import('./commands/incidents.js'),
      },
      {
        name: 'alerts',
        summary: 'show what was told to whom, or test a channel',
        load: () => import('./commands/alerts.js'),
      },
      {
        name: 'silence',
        summary: 'tell nobody of a model for a while',
        load: () => import('./commands/silence.js'),
      },
      {
        name: 'review',
        summary: 'label the predictions that teach most, or find wrong labels',
        load: () => import('./commands/review.js'),
      },
      {
        name: 'pause',
        summary: 'hold what is automatic for a model, or the steps of a run',
        load: () => import('./commands/pause.js'),
      },
      {
        name: 'resume',
        summary: 'let what was paused go on',
        load: () => import('./commands/resume.js'),
      },
      {
        name: 'backtest',
        summary: 'replay history under policies and cadences',
        load: () => import('./commands/backtest.js'),
      },
    ],
  },
  {
    heading: 'Statistics on plain files:',
    commands: [
      {
        name: 'drift',
        summary: 'compare two data sets, column by column and as a whole',
        load: () => import('./commands/drift.js'),
      },
      {
        name: 'detect',
        summary: 'run a streaming drift detector over a column',
        load: () => import('./commands/detect.js'),
      },
      {
        name: 'estimate',
        summary: 'estimate performance before labels arrive',
        load: () => import('./commands/estimate.js'),
      },
      {
        name: 'profile',
        summary: 'summarise a data set into a file to compare with later',
        load: () => import('./commands/profile.js'),
      },
    ],
  },
  {
    heading: 'Running millrace:',
    commands: [
      {
        name: 'setup',
        summary: 'install the Temporal server and Python',
        load: () => import('./commands/setup.js'),
      },
      {
        name: 'up',
        summary: 'start server, worker and gateway on this machine',
        load: () => import('./commands/up.js'),
      },
      { name: 'down', summary: 'stop what `up` started', load: () => import('./commands/down.js') },
      {
        name: 'worker',
        summary: 'run a worker against a Temporal server',
        load: () => import('./commands/worker.js'),
      },
      {
        name: 'serve',
        summary: 'run a prediction gateway',
        load: () => import('./commands/serve.js'),
      },
      {
        name: 'keys',
        summary: 'make, list and revoke the keys of the gateway',
        load: () => import('./commands/keys.js'),
      },
      {
        name: 'loadtest',
        summary: 'measure how a served model stands up to load',
        load: () => import('./commands/loadtest.js'),
      },
      {
        name: 'doctor',
        summary: 'check this machine and say what to do',
        load: () => import('./commands/doctor.js'),
      },
      {
        name: 'schema',
        summary: 'print the JSON Schema of pipeline files',
        load: () => import('./commands/schema.js'),
      },
    ],
  },
];

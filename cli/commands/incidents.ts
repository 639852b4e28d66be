import { incidentGroup } from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import { incidentReport } from '../../monitoring/incidents/index.js';
import type { Cli, DefineCommand } from '../command.js';
import { UsageError } from '../errors.js';
import { requestClose } from '../incidents/close.js';
import { readIncidentName } from '../incidents/incident-name.js';
import {
  type IncidentDocument,
  type IncidentQuery,
  readIncident,
  readIncidents,
} from '../incidents/read-incidents.js';
import { reportFooter, reportLines } from '../incidents/report-view.js';
import { incidentTimeline } from '../incidents/timeline.js';
import { incidentLines, incidentTable } from '../incidents/view.js';
import { noSuchModel } from '../models/document.js';
import { currentActor, readEventTime } from '../options.js';
import { findCliHome, withRegistry } from '../rooms.js';
import { withRunningTemporal } from '../temporal.js';

const MODEL = 'name of the model (default: every model)';
const INCIDENT = 'such as bike-demand#3; in a shell, quote the #';
const MOST_DELIVERIES = 1_000;

interface ListOptions {
  readonly all?: boolean;
}

export const define: DefineCommand = (command, cli) => {
  command
    .argument('[name]', MODEL)
    .option('--all', 'closed ones too')
    .action((name: string | undefined, options: ListOptions) => list(cli, name, options));
  command
    .command('list')
    .description('open incidents, newest first (the same as no subcommand)')
    .argument('[name]', MODEL)
    .option('--all', 'closed ones too')
    .action((name: string | undefined, options: ListOptions) =>
      list(cli, name, { ...command.opts<ListOptions>(), ...options }),
    );
  command
    .command('show')
    .description('one incident: likely causes, and all that happened')
    .argument('<incident>', INCIDENT)
    .action((name: string) => show(cli, name));
  command
    .command('close')
    .description('end an incident, whatever its windows say; the next breach opens another')
    .argument('<incident>', INCIDENT)
    .requiredOption('--note <text>', 'why; the incident keeps it')
    .action((name: string, options: { readonly note: string }) => close(cli, name, options.note));
  command
    .command('report')
    .description('mean times to detect, respond and recover, and what comes back')
    .argument('[name]', MODEL)
    .option('--since <time>', 'only those opened since, by the wall clock', readEventTime)
    .action((name: string | undefined, options: { readonly since?: string }) =>
      report(cli, name, options.since),
    );
};

async function list(cli: Cli, model: string | undefined, { all }: ListOptions): Promise<void> {
  const known = await readMany(cli, { ...(model !== undefined && { model }) });
  const incidents = known.filter(({ status }) => all === true || status === 'open');
  const summary = incidentReport(known);
  const { columns, style } = cli.out;
  cli.out.result({ incidents, report: summary }, () => {
    const footer = reportFooter(summary, columns).map(style.dim);
    if (incidents.length > 0) {
      const table = incidentTable(incidents, Date.now(), columns, style);
      return [...table, ...(footer.length === 0 ? [] : ['', ...footer])].join('\n');
    }
    if (known.length === 0) return style.green('✓ no incident so far');
    const hint = '--all lists those that are closed';
    return [style.green(`✓ no open incident; ${hint}`), ...footer].join('\n');
  });
}

async function show(cli: Cli, name: string): Promise<void> {
  const { model, number } = readIncidentName(name);
  const { incident, timeline } = await readOne(cli, model, async (registry) => {
    const found = await readIncident(registry, model, number);
    const [ledger, deliveries] = await Promise.all([
      registry.ledger(model),
      registry.alertDeliveries({ group: incidentGroup(found), limit: MOST_DELIVERIES }),
    ]);
    return { incident: found, timeline: incidentTimeline(found, ledger, deliveries) };
  });
  const { columns, style } = cli.out;
  cli.out.result({ incident, timeline }, () =>
    incidentLines(incident, timeline, Date.now(), columns, style).join('\n'),
  );
}

async function close(cli: Cli, name: string, note: string): Promise<void> {
  const { model, number } = readIncidentName(name);
  if (note.trim() === '') throw new UsageError('--note is empty', 'say why it is closed');
  const found = await readOne(cli, model, (registry) => readIncident(registry, model, number));
  const { green } = cli.out.style;
  if (found.status === 'closed') {
    cli.out.result({ incident: found, changed: false }, () => `${name} is closed already`);
    return;
  }
  const actor = currentActor();
  const closed = await withRunningTemporal(cli, ({ client }) =>
    requestClose(client, model, { number, actor, note }),
  );
  cli.out.result({ incident: { name, ...closed }, changed: true }, () =>
    green(`✓ ${name} is closed: ${closed.resolution?.note ?? note}`),
  );
}

async function report(cli: Cli, model: string | undefined, since?: string): Promise<void> {
  const incidents = await readMany(cli, {
    ...(model !== undefined && { model }),
    ...(since !== undefined && { since }),
  });
  const document = incidentReport(incidents);
  const { columns, style } = cli.out;
  cli.out.result({ model: model ?? null, since: since ?? null, ...document }, () =>
    reportLines(document, columns, style).join('\n'),
  );
}

/** Where nothing was recorded yet there are none. */
async function readMany(cli: Cli, query: IncidentQuery): Promise<readonly IncidentDocument[]> {
  const home = await findCliHome(cli);
  const found = await withRegistry(home, (registry) => readIncidents(registry, query));
  if (found === null && query.model !== undefined) throw noSuchModel(query.model, []);
  return found ?? [];
}

async function readOne<T>(
  cli: Cli,
  model: string,
  use: (registry: RegistryReader) => Promise<T>,
): Promise<T> {
  const found = await withRegistry(await findCliHome(cli), async (registry) => ({
    value: await use(registry),
  }));
  if (found === null) throw noSuchModel(model, []);
  return found.value;
}

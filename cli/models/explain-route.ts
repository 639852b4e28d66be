import { armOf, assignmentPoint } from '../../contracts/index.js';
import type { Cli, DefineCommand } from '../command.js';
import { withModel } from '../policy/model-policy.js';

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<name>', 'name of the model')
    .argument('<key>', 'value of the sticky column, or of the header x-millrace-route-key')
    .action((name: string, key: string) => explainRoute(cli, name, key));
};

/** Which version answers requests of a key now, and why. */
async function explainRoute(cli: Cli, model: string, key: string): Promise<void> {
  await withModel(cli, model, async ({ registry }) => {
    const route = (await registry.routes()).find((candidate) => candidate.model === model);
    const champion = (await registry.champion(model))?.version ?? null;
    if (route === undefined) {
      const version = champion;
      return cli.out.result({ model, key, version, route: null, point: null }, () =>
        champion === null
          ? `${model} has no champion: nothing answers`
          : `${model}: version ${champion}, the champion, answers every request; no rollout is in flight`,
      );
    }
    const { version, weightPercent } = armOf(route, key);
    const point = assignmentPoint(route.seed, key);
    const by = route.stickyBy === null ? 'the header x-millrace-route-key' : route.stickyBy;
    cli.out.result({ model, key, version, weightPercent, point, route }, () =>
      [
        `${model}: version ${version} answers requests of ${key}`,
        `  the key is ${by}; under the seed ${route.seed} it falls on ${point.toFixed(2)} of 100`,
        ...rangesOf(route.arms).map(
          ({ version: one, from, to }) => `  version ${one} has ${from} to ${to}`,
        ),
      ].join('\n'),
    );
  });
}

/** Challengers have the lower end, the champion, which comes first, the rest. */
function rangesOf(arms: readonly { readonly version: number; readonly weightPercent: number }[]) {
  const [champion, ...challengers] = arms;
  let below = 0;
  const ranges = challengers.map(({ version, weightPercent }) => {
    const from = below;
    below += weightPercent;
    return { version, from, to: below };
  });
  return champion === undefined
    ? ranges
    : [...ranges, { version: champion.version, from: below, to: 100 }];
}

import { type AliasRecord, isWholeRoute, MillraceError } from '../../contracts/index.js';
import { isConstraintViolation } from './errors.js';
import type { RouteMove, Transition } from './ports.js';
import type { RegistryStore } from './store.js';
import {
  insertTransitionLine,
  moveChampion,
  selectChampionRow,
  selectTransitionLine,
  toAlias,
} from './tables/aliases.js';
import { selectLedgerKey } from './tables/ledger.js';
import { insertRouteLine, putRoute, selectRouteRow } from './tables/routes.js';

/**
 * Moves the champion alias and writes its ledger line, both or neither.
 *
 * @throws MillraceError `Internal` for a transition that is out of turn or was made by another,
 * `NotFound` for a version that there is not
 */
export async function moveAlias(
  store: RegistryStore,
  transition: Transition,
): Promise<AliasRecord | null> {
  const { model, number, version, ledger } = transition;
  if (ledger.model !== model) {
    throw new MillraceError(
      'Internal',
      `a transition of ${model} came with a ledger line of ${ledger.model}`,
    );
  }
  const { db } = store;
  const { endsRoute } = transition;
  const [, , [alias], [line]] = await store
    .writeBatch(
      insertTransitionLine(db, transition),
      moveChampion(db, transition),
      selectChampionRow(db, model),
      selectTransitionLine(db, model, number),
      ...(endsRoute === undefined
        ? []
        : [putRoute(db, { model, number: endsRoute, route: null, ledger })]),
    )
    .catch((error: unknown) => {
      if (!isConstraintViolation(error)) throw error;
      throw new MillraceError(
        'NotFound',
        `model ${model} has no version ${version}`,
        `list its versions with \`millrace models show ${model}\``,
        { cause: error },
      );
    });
  if (alias === undefined || alias.transition !== number) {
    throw new MillraceError(
      'Internal',
      `transition ${number} of ${model} is out of turn: the newest is ${alias?.transition ?? 0}`,
      'the state that asked for it is stale; read the registry again',
    );
  }
  if (line?.entry_key !== ledger.key) {
    throw new MillraceError(
      'Internal',
      `transition ${number} of ${model} was made already, by ${line?.entry_key ?? 'nobody'} and not by ${ledger.key}`,
      'two writers move the same alias; read the registry again',
    );
  }
  return toAlias(alias);
}

/**
 * Changes how requests are shared out and writes its ledger line, both or neither.
 *
 * @returns whether the route of this number is in force now
 * @throws MillraceError `InvalidInput` for arms that do not sum to 100
 */
export async function moveRoute(store: RegistryStore, move: RouteMove): Promise<boolean> {
  const { model, number, route, ledger } = move;
  if (ledger.model !== model || (route !== null && route.model !== model)) {
    throw new MillraceError('Internal', `a route of ${model} came with one of another model`);
  }
  if (route !== null && (route.number !== number || !isWholeRoute(route))) {
    throw new MillraceError(
      'InvalidInput',
      `route ${number} of ${model} cannot be applied: its arms do not sum to 100`,
    );
  }
  const { db } = store;
  const [, , [row], [line]] = await store.writeBatch(
    insertRouteLine(db, move),
    putRoute(db, move),
    selectRouteRow(db, model),
    selectLedgerKey(db, model, ledger.key),
  );
  return row?.number === number && line !== undefined;
}

import type { VersionRecord } from '../../contracts/index.js';

/** Why a person's word keeps a version out of service, and what undoes that; `null`: it does not. */
export function approvalProblem({
  model,
  version,
  approval,
}: Pick<VersionRecord, 'model' | 'version' | 'approval'>): string | null {
  switch (approval) {
    case 'approved':
      return null;
    case 'rejected':
      return `was rejected: millrace models approve ${model}@${version} takes that back`;
    default:
      return `is not approved yet: millrace approve ${model}@${version} answers for it`;
  }
}

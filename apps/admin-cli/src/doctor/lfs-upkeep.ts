import { lfsPlaceText } from '@granary/api-contract';
import {
  LfsInspectionService,
  LfsMissingService,
  LfsServersService,
  type LfsFindings,
  type MissingObjects,
} from '@granary/forge';
import { formatBytes, visible } from '@granary/kernel';
import type { INestApplicationContext } from '@nestjs/common';
import type { CheckResult } from './checks';

/** Links, objects, trash and store of LFS against each other. */
export async function checkLfsUpkeep(app: INestApplicationContext): Promise<CheckResult> {
  const findings = await app.get(LfsInspectionService).inspect();
  const problems = problemsOf(findings);
  const notes: string[] = [];
  for (const missing of await app.get(LfsMissingService).list()) notes.push(await missingText(app, missing));
  return { summary: problems.length === 0 ? 'links, trash and store agree' : 'see below', problems, notes };
}

/** A repository let this history in: it is told, and nothing is wrong with the hub. */
async function missingText(
  app: INestApplicationContext,
  { id, name, count, objects }: MissingObjects,
): Promise<string> {
  const paths = objects.map(({ path, oid }) => `  ${visible(path)} (${oid.slice(0, 12)})`);
  const rest = count > objects.length ? [`  and ${count - objects.length} more`] : [];
  const what = `${count} LFS object${count === 1 ? ' is' : 's are'} missing in ${name}, which allows incomplete history:`;
  return [what, ...paths, ...rest, ...(await whereabouts(app, id))].join('\n');
}

/** They were missed when no `.lfsconfig` freed them; the default branch may have come to name a server since. */
async function whereabouts(app: INestApplicationContext, id: number): Promise<string[]> {
  const place = await app
    .get(LfsServersService)
    .within({ id })
    .downloadsOf('HEAD')
    // What is wrong with the repository itself is told by its own check.
    .catch(() => null);
  if (place === null) return [];
  const where = `.lfsconfig of its default branch names ${lfsPlaceText(place)}`;
  return [`  They may lie elsewhere: ${where}, from which "git lfs pull" gets them in a clone`];
}

function problemsOf(found: LfsFindings): string[] {
  return [
    ...found.damaged.map(
      ({ oid, damage }) => `${oid} is damaged${damage ? `: ${damage}` : ''}. An upload heals it: git lfs push --all`,
    ),
    ...found.unkept.map((oid) => `${oid} is kept by nothing; run granary lfs gc`),
    ...found.orphanKeys.map(
      (key) => `${key} is in the store and belongs to no object; run granary lfs gc twice, a day apart`,
    ),
    ...found.stagingKeys.map((key) => `${key} was left by an upload; run granary maintenance run`),
    ...found.miscounted.map(
      ({ name, countedBytes, linkedBytes }) =>
        `${name} is counted with ${formatBytes(countedBytes)} of LFS objects, and links ${formatBytes(linkedBytes)}; run granary quota recount`,
    ),
    ...found.inBoth.map(({ name, oid }) => `${name} has ${oid} both linked and in its trash`),
    ...found.overdue.map((name) => `the trash of ${name} is not emptied; run granary lfs gc --repository ${name}`),
    ...found.failing.map(({ name, error }) => `the last collection of ${name} failed: ${error}`),
  ];
}

import { z } from 'zod';
import { PageQuery, Timestamp } from '../common';
import { LfsCollectionState, LfsKeepers, LfsObjectState, LfsStoredObject, StartLfsCollection } from '../lfs-collection';
import { LfsRules, SetLfsRules } from '../lfs-rules';
import { defineRoute } from '../route';
import { REPOSITORY } from './paths';

export const lfsRoutes = {
  listLfsObjects: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/lfs/objects`,
    summary: 'List the LFS objects of a repository',
    query: PageQuery.extend({ state: LfsObjectState.optional() }),
    answer: z.array(LfsStoredObject),
  }),
  getLfsObject: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/lfs/objects/:oid`,
    summary: 'Get an LFS object and what keeps it',
    answer: LfsKeepers,
  }),
  restoreLfsObject: defineRoute({
    method: 'POST',
    path: `${REPOSITORY}/lfs/objects/:oid/restore`,
    summary: 'Restore an LFS object from the trash',
    answer: LfsStoredObject,
  }),
  getLfsCollection: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/lfs/gc`,
    summary: 'Get the state of the collection of LFS objects',
    answer: LfsCollectionState,
  }),
  startLfsCollection: defineRoute({
    method: 'POST',
    path: `${REPOSITORY}/lfs/gc`,
    summary: 'Request a collection of LFS objects',
    status: 202,
    body: StartLfsCollection,
    answer: z.object({ waiting_since: Timestamp.nullable(), dry_run: z.boolean() }),
  }),
  getLfsRules: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/lfs/rules`,
    summary: 'Get the LFS rules of a repository',
    answer: LfsRules,
  }),
  setLfsRules: defineRoute({
    method: 'PUT',
    path: `${REPOSITORY}/lfs/rules`,
    summary: 'Set the LFS rules of a repository',
    body: SetLfsRules,
    answer: LfsRules,
  }),
};

import { z } from 'zod';
import { ContentEntry, ContentFile, ContentsChanged, DeleteContents, PutContents } from '../contents';
import { defineRoute, written } from '../route';
import { REPOSITORY } from './paths';

const RefQuery = z.object({ ref: z.string().optional() });
const ContentDirectory = ContentEntry.extend({ entries: z.array(ContentEntry) });

export const contentsRoutes = {
  putContents: defineRoute({
    method: 'PUT',
    path: `${REPOSITORY}/contents/*path`,
    summary: 'Create or update a file',
    otherStatus: 201,
    body: PutContents,
    answer: ContentsChanged,
  }),
  deleteContents: defineRoute({
    method: 'DELETE',
    path: `${REPOSITORY}/contents/*path`,
    summary: 'Delete a file',
    query: DeleteContents.partial(),
    body: DeleteContents,
    answer: ContentsChanged,
  }),
  getContents: defineRoute({
    method: 'GET',
    path: [`${REPOSITORY}/contents`, `${REPOSITORY}/contents/*path`],
    summary: 'Get a file or a directory',
    query: RefQuery,
    answer: written({
      'application/json': z.union([ContentFile, z.array(ContentEntry), ContentDirectory]),
      'application/vnd.github.raw': null,
      'application/vnd.github.html': null,
    }),
  }),
  getReadme: defineRoute({
    method: 'GET',
    path: [`${REPOSITORY}/readme`, `${REPOSITORY}/readme/*dir`],
    summary: 'Get the README',
    query: RefQuery,
    answer: written({
      'application/json': ContentFile,
      'application/vnd.github.raw': null,
      'application/vnd.github.html': null,
    }),
  }),
};

import { z } from 'zod';
import { PageQuery } from '../common';
import { CreateGpgKey, GpgKey } from '../signatures';
import { CreateSshKey, SshKey } from '../users';
import { defineRoute } from '../route';

export const keysRoutes = {
  listSshKeys: defineRoute({
    method: 'GET',
    path: ['/api/v3/user/keys', '/api/user/keys'],
    summary: 'List your SSH keys',
    query: PageQuery,
    answer: z.array(SshKey),
  }),
  createSshKey: defineRoute({
    method: 'POST',
    path: ['/api/v3/user/keys', '/api/user/keys'],
    summary: 'Add an SSH key',
    status: 201,
    body: CreateSshKey,
    answer: SshKey,
  }),
  getSshKey: defineRoute({
    method: 'GET',
    path: ['/api/v3/user/keys/:id', '/api/user/keys/:id'],
    summary: 'Get an SSH key',
    answer: SshKey,
  }),
  deleteSshKey: defineRoute({
    method: 'DELETE',
    path: ['/api/v3/user/keys/:id', '/api/user/keys/:id'],
    summary: 'Remove an SSH key',
    status: 204,
    answer: z.void(),
  }),
  listGpgKeys: defineRoute({
    method: 'GET',
    path: '/api/v3/user/gpg_keys',
    summary: 'List your GPG keys',
    query: PageQuery,
    answer: z.array(GpgKey),
  }),
  createGpgKey: defineRoute({
    method: 'POST',
    path: '/api/v3/user/gpg_keys',
    summary: 'Add a GPG key',
    status: 201,
    body: CreateGpgKey,
    answer: GpgKey,
  }),
  getGpgKey: defineRoute({
    method: 'GET',
    path: '/api/v3/user/gpg_keys/:id',
    summary: 'Get a GPG key',
    answer: GpgKey,
  }),
  deleteGpgKey: defineRoute({
    method: 'DELETE',
    path: '/api/v3/user/gpg_keys/:id',
    summary: 'Remove a GPG key',
    status: 204,
    answer: z.void(),
  }),
};

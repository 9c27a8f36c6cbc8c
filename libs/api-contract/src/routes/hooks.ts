import { z } from 'zod';
import { PageQuery } from '../common';
import { CreateHook, Hook, HookDelivery, HookDeliveryDetail, UpdateHook, UpdateHookConfig } from '../hooks';
import { defineRoute } from '../route';
import { REPOSITORY } from './paths';

export const hooksRoutes = {
  listHooks: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/hooks`,
    summary: 'List the webhooks of a repository',
    query: PageQuery,
    answer: z.array(Hook),
  }),
  createHook: defineRoute({
    method: 'POST',
    path: `${REPOSITORY}/hooks`,
    summary: 'Create a webhook',
    status: 201,
    body: CreateHook,
    answer: Hook,
  }),
  getHook: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/hooks/:id`,
    summary: 'Get a webhook',
    answer: Hook,
  }),
  updateHook: defineRoute({
    method: 'PATCH',
    path: `${REPOSITORY}/hooks/:id`,
    summary: 'Change a webhook',
    body: UpdateHook,
    answer: Hook,
  }),
  deleteHook: defineRoute({
    method: 'DELETE',
    path: `${REPOSITORY}/hooks/:id`,
    summary: 'Delete a webhook',
    status: 204,
    answer: z.void(),
  }),
  getHookConfig: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/hooks/:id/config`,
    summary: 'Get the configuration of a webhook',
    answer: Hook.shape.config,
  }),
  updateHookConfig: defineRoute({
    method: 'PATCH',
    path: `${REPOSITORY}/hooks/:id/config`,
    summary: 'Change the configuration of a webhook',
    body: UpdateHookConfig,
    answer: Hook.shape.config,
  }),
  pingHook: defineRoute({
    method: 'POST',
    path: `${REPOSITORY}/hooks/:id/pings`,
    summary: 'Ping a webhook',
    status: 204,
    answer: z.void(),
  }),
  testHook: defineRoute({
    method: 'POST',
    path: `${REPOSITORY}/hooks/:id/tests`,
    summary: 'Test a webhook with the latest push',
    status: 204,
    answer: z.void(),
  }),
  listHookDeliveries: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/hooks/:id/deliveries`,
    summary: 'List the deliveries of a webhook',
    query: PageQuery.extend({ cursor: z.string().optional() }),
    answer: z.array(HookDelivery),
  }),
  getHookDelivery: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/hooks/:id/deliveries/:delivery`,
    summary: 'Get a delivery of a webhook',
    answer: HookDeliveryDetail,
  }),
  redeliverHookDelivery: defineRoute({
    method: 'POST',
    path: `${REPOSITORY}/hooks/:id/deliveries/:delivery/attempts`,
    summary: 'Deliver once more',
    status: 202,
    answer: HookDelivery,
  }),
};

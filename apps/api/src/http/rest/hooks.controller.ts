import { routes, type CreateHook, type UpdateHook, type UpdateHookConfig } from '@granary/api-contract';
import {
  DeliveryLogService,
  fullName,
  userIdOf,
  WebhooksService,
  type Actor,
  type Delivery,
  type OpenRepository,
} from '@granary/forge';
import { Controller, Param, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { CurrentActor, InRepositoryHooks, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import type { HubRequest } from '../hub-request';
import { OutsideAddresses } from '../outside';
import { cursorOf, pageOf, sendCursorPage, sendPage } from '../pagination';
import { presentDelivery, presentDeliveryDetail, presentHook } from '../presenters/hook.presenter';
import { BodyOf, Route } from '../route';
import { routeId } from '../route-id';

/** A repository's webhooks, as GitHub's API has them. Every child is looked up within its repository. */
@Controller()
@Surface('rest')
@InRepositoryHooks()
export class HooksController {
  constructor(
    private readonly hooks: WebhooksService,
    private readonly log: DeliveryLogService,
    private readonly outside: OutsideAddresses,
  ) {}

  @Route(routes.listHooks)
  async list(
    @Opened() opened: OpenRepository,
    @Query() query: Record<string, unknown>,
    @Req() request: HubRequest,
    @Res({ passthrough: true }) response: Response,
  ) {
    const page = pageOf(query);
    const { id } = opened.repository;
    const [rows, total] = await Promise.all([this.hooks.list(id, page), this.hooks.count(id)]);
    const url = this.repositoryUrl(opened);
    return sendPage(rows, page, { request, response, baseUrl: this.outside.baseUrl, total }).map((hook) =>
      presentHook(hook, url),
    );
  }

  @Route(routes.createHook)
  async create(
    @CurrentActor() actor: Actor,
    @Opened() opened: OpenRepository,
    @BodyOf(routes.createHook) body: CreateHook,
  ) {
    const by = { repositoryId: opened.repository.id, actorUserId: userIdOf(actor) };
    return presentHook(await this.hooks.create(by, body), this.repositoryUrl(opened));
  }

  @Route(routes.getHook)
  async one(@Opened() opened: OpenRepository, @Param('id') id: string) {
    return presentHook(await this.hooks.get(key(opened, id)), this.repositoryUrl(opened));
  }

  @Route(routes.updateHook)
  async update(@Opened() opened: OpenRepository, @Param('id') id: string, @BodyOf(routes.updateHook) body: UpdateHook) {
    return presentHook(await this.hooks.update(key(opened, id), body), this.repositoryUrl(opened));
  }

  @Route(routes.deleteHook)
  async remove(@Opened() opened: OpenRepository, @Param('id') id: string) {
    await this.hooks.delete(key(opened, id));
  }

  @Route(routes.getHookConfig)
  async config(@Opened() opened: OpenRepository, @Param('id') id: string) {
    return presentHook(await this.hooks.get(key(opened, id)), this.repositoryUrl(opened)).config;
  }

  @Route(routes.updateHookConfig)
  async updateConfig(
    @Opened() opened: OpenRepository,
    @Param('id') id: string,
    @BodyOf(routes.updateHookConfig) config: UpdateHookConfig,
  ) {
    return presentHook(await this.hooks.update(key(opened, id), { config }), this.repositoryUrl(opened)).config;
  }

  @Route(routes.pingHook)
  async ping(@CurrentActor() actor: Actor, @Opened() opened: OpenRepository, @Param('id') id: string) {
    await this.hooks.ping(key(opened, id), userIdOf(actor));
  }

  @Route(routes.testHook)
  async test(@Opened() opened: OpenRepository, @Param('id') id: string) {
    await this.hooks.test(key(opened, id));
  }

  /** GitHub's list goes on by a cursor; people leaf through pages. */
  @Route(routes.listHookDeliveries)
  async deliveries(
    @Opened() opened: OpenRepository,
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
    @Req() request: HubRequest,
    @Res({ passthrough: true }) response: Response,
  ) {
    const at = { request, response, baseUrl: this.outside.baseUrl };
    const present = (delivery: Delivery) => presentDelivery(delivery, opened.repository.id);
    if (query['page'] === undefined) {
      const cursor = cursorOf(query);
      return sendCursorPage(await this.log.deliveries(key(opened, id), cursor), cursor, at).map(present);
    }
    const page = pageOf(query);
    return sendPage(await this.log.deliveries(key(opened, id), page), page, at).map(present);
  }

  @Route(routes.getHookDelivery)
  async delivery(@Opened() opened: OpenRepository, @Param('id') id: string, @Param('delivery') delivery: string) {
    return presentDeliveryDetail(await this.log.delivery(key(opened, id), routeId(delivery)), opened.repository.id);
  }

  @Route(routes.redeliverHookDelivery)
  async redeliver(@Opened() opened: OpenRepository, @Param('id') id: string, @Param('delivery') delivery: string) {
    return presentDelivery(await this.log.redeliver(key(opened, id), routeId(delivery)), opened.repository.id);
  }

  private repositoryUrl({ repository }: OpenRepository): string {
    return `${this.outside.baseUrl}/api/v3/repos/${fullName(repository)}`;
  }
}

function key({ repository }: OpenRepository, id: string) {
  return { repositoryId: repository.id, hookId: routeId(id) };
}

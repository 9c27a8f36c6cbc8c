import { routes, type CreateProtection, type UpdateProtection } from '@granary/api-contract';
import { ProtectionsService, type OpenRepository, type Protection } from '@granary/forge';
import { Controller, Param } from '@nestjs/common';
import { InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { presentProtection } from '../presenters/protection.presenter';
import { BodyOf, PagedRoute, Route } from '../route';
import { routeId } from '../route-id';
import { AskedPage } from '../paged-list';
import type { Page } from '../pagination';

/** Protected branches and tags by pattern. Every one is looked up within its repository. */
@Controller()
@Surface('rest')
export class ProtectionsController {
  constructor(private readonly protections: ProtectionsService) {}

  @PagedRoute(routes.listProtections)
  @InRepository('maintain')
  async list(@Opened() { repository }: OpenRepository, @AskedPage() { offset, limit }: Page) {
    // There are few: their number is limited.
    const all = await this.protections.list(repository.id);
    return { rows: await this.present(all.slice(offset, offset + limit)), total: all.length };
  }

  @Route(routes.createProtection)
  @InRepository('admin')
  async create(@Opened() { repository }: OpenRepository, @BodyOf(routes.createProtection) body: CreateProtection) {
    return this.presentOne(await this.protections.create(repository.id, body));
  }

  @Route(routes.getProtection)
  @InRepository('maintain')
  async one(@Opened() { repository }: OpenRepository, @Param('id') id: string) {
    return this.presentOne(await this.protections.get(repository.id, routeId(id)));
  }

  @Route(routes.updateProtection)
  @InRepository('admin')
  async update(
    @Opened() { repository }: OpenRepository,
    @Param('id') id: string,
    @BodyOf(routes.updateProtection) body: UpdateProtection,
  ) {
    return this.presentOne(await this.protections.update(repository.id, routeId(id), body));
  }

  @Route(routes.deleteProtection)
  @InRepository('admin')
  async remove(@Opened() { repository }: OpenRepository, @Param('id') id: string) {
    await this.protections.delete(repository.id, routeId(id));
  }

  private async present(protections: Protection[]) {
    const users = await this.protections.namedUsers(protections);
    return protections.map((protection) => presentProtection(protection, users));
  }

  private async presentOne(protection: Protection) {
    return presentProtection(protection, await this.protections.namedUsers([protection]));
  }
}

import { AuditQuery, routes } from '@granary/api-contract';
import { auditSearch, AuditService, mayAdministerSite, type OpenRepository } from '@granary/forge';
import { Controller, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { InRepository, Opened, SiteAdmin } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import type { HubRequest } from '../hub-request';
import { OutsideAddresses } from '../outside';
import { pageOf, sendPage } from '../pagination';
import { presentAuditEntry } from '../presenters/audit.presenter';
import { Route } from '../route';

/** Who did what. It is only ever read here. */
@Controller()
@Surface('rest')
export class AuditController {
  constructor(
    private readonly audit: AuditService,
    private readonly outside: OutsideAddresses,
  ) {}

  @Route(routes.listAuditOfRepository)
  @InRepository('admin')
  ofRepository(
    @Opened() { repository }: OpenRepository,
    @Query() query: Record<string, unknown>,
    @Req() request: HubRequest,
    @Res({ passthrough: true }) response: Response,
  ) {
    return this.list(repository.id, query, { request, response });
  }

  @Route(routes.listAudit)
  @SiteAdmin()
  ofHub(
    @Query() query: Record<string, unknown>,
    @Req() request: HubRequest,
    @Res({ passthrough: true }) response: Response,
  ) {
    return this.list(null, query, { request, response });
  }

  private async list(
    repositoryId: number | null,
    query: Record<string, unknown>,
    at: { request: HubRequest; response: Response },
  ) {
    const page = pageOf(query);
    const search = { repositoryId, ...auditSearch(AuditQuery.parse(query)) };
    const [rows, total] = await Promise.all([this.audit.list({ ...search, ...page }), this.audit.count(search)]);
    const withAddress = mayAdministerSite(at.request.actor);
    return sendPage(rows, page, { ...at, baseUrl: this.outside.baseUrl, total }).map((entry) =>
      presentAuditEntry(entry, { withAddress }),
    );
  }
}

/** Thrown where a page is not what was asked for: `guardedPage` shows why in its place, with the status 404. */
export class PageNotFound extends Error {
  constructor() {
    super('There is no such page');
    this.name = 'PageNotFound';
  }
}

/** Ends the making of a page. Next's own function of that name leaves it empty for who runs no script. */
export function notFound(): never {
  throw new PageNotFound();
}

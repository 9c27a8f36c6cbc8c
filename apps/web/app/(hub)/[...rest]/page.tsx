import { guardedPage } from '@/components/shell/guarded-page';
import { notFound } from '@/lib/page/refusal';

/** Every address without a page of its own: found missing here, it keeps the hub's header around the message. */
function Anywhere(): never {
  return notFound();
}

export default guardedPage(Anywhere);

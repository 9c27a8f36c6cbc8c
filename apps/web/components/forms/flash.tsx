import { noticeText } from '@/lib/notices';
import { textIn, type SearchParams } from '@/lib/route-params';
import { FlashNotice } from './flash-notice';

/** The notice that the page's address asks for, if any. */
export function Flash({ search }: { search: SearchParams }) {
  const name = textIn(search, 'notice');
  const message = noticeText(name);
  return message && <FlashNotice key={name} message={message} />;
}

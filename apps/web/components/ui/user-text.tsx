import { visibleName } from '@/lib/text/visible-text';

/**
 * What somebody has written, on one line inside the hub's own: nothing hides in it, and a name in a script that runs
 * from right to left turns nothing around but itself.
 */
export function UserText({ text }: { text: string }) {
  return <bdi>{visibleName(text)}</bdi>;
}

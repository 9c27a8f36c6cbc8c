/** Hubs in a home or an office are often served over plain HTTP, where browsers offer no `navigator.clipboard`. */
function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.setAttribute('readonly', '');
  area.className = 'sr-only';
  document.body.append(area);
  area.select();
  try {
    return document.execCommand('copy');
  } finally {
    area.remove();
  }
}

/** @throws Error when the browser lets nobody near its clipboard. */
export async function copyText(text: string): Promise<void> {
  if (window.isSecureContext) return navigator.clipboard.writeText(text);
  if (!copyBySelection(text)) throw new Error('the browser refused to copy');
}

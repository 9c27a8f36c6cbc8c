import { notFound } from 'next/navigation';

/** Every address without a page of its own: found missing here, it keeps the hub's header around the message. */
export default function Anywhere() {
  notFound();
}

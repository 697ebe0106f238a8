/** The queue of mail: what is on its way, and what failed. */

import { get } from '../../core/api.js';
import { h } from '../../core/dom.js';
import { dateTime, relative } from '../../core/format.js';
import { t } from '../../core/text.js';
import { badge, empty } from '../../parts/bits.js';
import { list } from '../../parts/list.js';
import { table } from '../../parts/table.js';

/** @param {import('../../core/router.js').Place} place */
export function openQueue({ signal }) {
  const rows = table({
    label: t('settings.queue'),
    key: ({ id }) => id,
    columns: [
      { label: t('queue.to'), isHead: true, cell: ({ recipient }) => h('strong', recipient) },
      { label: t('queue.about'), cell: ({ conference }) => conference && h('a', { href: `#/conferences/${conference}`, data: { part: 'about' } }, t('queue.open')) },
      { label: t('queue.created'), cell: ({ created }) => dateTime(created) },
      { label: t('queue.state'), cell: state },
    ],
  });
  const items = list({
    element: rows.element,
    show: rows.show,
    load: async () => {
      const mails = await get('mail', {}, signal);
      return { items: mails, total: mails.length };
    },
    empty: () => h('div.card', empty({ picture: 'mail', title: t('queue.empty'), text: t('queue.empty.text') })),
    says: (count) => t('queue.found', { count }),
    signal,
  });
  items.follow('directory', 'resumed');
  return h('div.stack', h('p.muted', t('queue.lead')), items.element);
}

function state({ sent, failed, due, error, attempts }) {
  if (sent) return badge(t('mail.sent', { when: relative(sent) }), 'good');
  const tried = attempts > 0 && h('span.under', t('queue.attempts', { count: attempts }));
  if (failed) return [badge(t('mail.failed'), 'bad'), tried, h('span.under', error)];
  return [badge(t('mail.waits'), 'warn'), tried, error && h('span.under', t('mail.again', { when: relative(due), error }))];
}

/** One conference that was held: `#/timeline?number=8000&from=…&to=…`. */

import { get } from '../core/api.js';
import { h } from '../core/dom.js';
import { span } from '../core/format.js';
import { t } from '../core/text.js';
import { empty, head } from '../parts/bits.js';
import { timeline } from '../pictures/timeline.js';

/** @type {import('../core/router.js').View} */
export const timelineView = {
  path: '/timeline',
  title: 'timeline.title',
  section: '/history',
  async open({ query, signal, setTitle }) {
    const asked = Object.fromEntries(query);
    const meeting = await get('history/timeline', { number: asked.number, from: asked.from, to: asked.to }, signal);
    const title = t('timeline.of', { name: asked.name || asked.number });
    setTitle(title);
    const back = { href: '#/history/meetings', label: t('timeline.back') };
    if (!meeting.visits.length) return [head({ title, back }), empty({ picture: 'history', title: t('timeline.none'), text: t('timeline.none.text') })];
    const when = span(meeting.began, meeting.ended ?? new Date());
    return [head({ title, back, lead: `${when}. ${t('timeline.lead')}` }), h('div.card.pad', timeline(meeting))];
  },
};

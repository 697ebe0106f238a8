/** What the provider sets for all. */

import { t } from '../../core/text.js';
import { head, tabs } from '../../parts/bits.js';
import { openGeneral } from './general.js';
import { openMail } from './mail.js';
import { openQueue } from './queue.js';
import { openTemplates } from './templates.js';

const PARTS = [
  { path: '/settings', label: 'settings.general', open: openGeneral },
  { path: '/settings/mail', label: 'settings.mail', open: openMail },
  { path: '/settings/templates', label: 'settings.templates', open: openTemplates },
  { path: '/settings/queue', label: 'settings.queue', open: openQueue },
];

/** @type {import('../../core/router.js').View[]} */
export const settingsViews = PARTS.map(({ path, label, open }) => ({
  path,
  title: label,
  roles: ['provider'],
  section: '/settings',
  open: async (place) => [
    head({ title: t('settings.title') }),
    tabs(PARTS.map((part) => ({ href: `#${part.path}`, label: t(part.label), isCurrent: part.path === path })), t('settings.title')),
    await open(place),
  ],
}));

/**
 * All views, and the entries of the navigation.
 *
 * A view is one object (see `core/router.js`) in a module of its own: import it, put it into `VIEWS`, and if it has an
 * entry of its own, that into `ENTRIES`.
 */

import { accountViews } from './accounts.js';
import { conferenceViews } from './conferences/index.js';
import { healthView } from './health.js';
import { historyViews } from './history.js';
import { liveViews } from './live/index.js';
import { meetingsView } from './meetings.js';
import { ownViews } from './own.js';
import { settingsViews } from './settings/index.js';
import { timelineView } from './timeline.js';

/** @type {import('../core/router.js').View[]} */
export const VIEWS = [
  ...liveViews, ...conferenceViews, ...historyViews, meetingsView, timelineView, ...accountViews, healthView, ...settingsViews, ...ownViews,
];

/** @type {{label?: string, entries: {path: string, label: string, icon: any, roles?: string[]}[]}[]} */
export const ENTRIES = [
  {
    entries: [
      { path: '/rooms', label: 'nav.rooms', icon: 'phone' },
      { path: '/conferences', label: 'nav.conferences', icon: 'calendar' },
      { path: '/history', label: 'nav.history', icon: 'history' },
    ],
  },
  {
    label: 'nav.provider',
    entries: [
      { path: '/accounts', label: 'nav.accounts', icon: 'people', roles: ['provider'] },
      { path: '/health', label: 'nav.health', icon: 'health', roles: ['provider'] },
      { path: '/settings', label: 'nav.settings', icon: 'settings', roles: ['provider'] },
    ],
  },
];

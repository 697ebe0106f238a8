/**
 * All views, and the entries of the navigation.
 *
 * A view is one object (see `core/router.js`) in a module of its own: import it, put it into `VIEWS`, and if it has an
 * entry of its own, that into `ENTRIES`.
 */

import { conferenceViews } from './conferences/index.js';

/** @type {import('../core/router.js').View[]} */
export const VIEWS = [...conferenceViews];

/** @type {{label?: string, entries: {path: string, label: string, icon: any, roles?: string[]}[]}[]} */
export const ENTRIES = [
  {
    entries: [
      { path: '/conferences', label: 'nav.conferences', icon: 'calendar' },
      { path: '/history', label: 'nav.history', icon: 'history' },
    ],
  },
  {
    label: 'nav.provider',
    entries: [
      { path: '/accounts', label: 'nav.accounts', icon: 'people', roles: ['provider'] },
      { path: '/settings', label: 'nav.settings', icon: 'settings', roles: ['provider'] },
    ],
  },
];

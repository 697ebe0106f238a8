/** Conferences: the list, one of them, making and changing one, many at once. */

import { openList } from './list.js';

const section = '/conferences';

/** @type {import('../../core/router.js').View[]} */
export const conferenceViews = [
  { path: section, title: 'conferences.title', open: openList },
];

/** The rooms in progress, live. */

import { openOverview } from './overview.js';
import { openRoom } from './room.js';

/** @type {import('../../core/router.js').View[]} */
export const liveViews = [
  { path: '/rooms', title: 'live.rooms', open: openOverview },
  { path: '/rooms/:number', title: 'live.rooms', section: '/rooms', open: openRoom },
];

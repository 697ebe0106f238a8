/** Conferences: the list, one of them, making and changing one, many at once. */

import { openConference } from './detail.js';
import { openForm } from './form.js';
import { openImport } from './import.js';
import { openList } from './list.js';

const MAKERS = ['provider', 'owner'];
const section = '/conferences';

/** @type {import('../../core/router.js').View[]} */
export const conferenceViews = [
  { path: section, title: 'conferences.title', open: openList },
  { path: `${section}/new`, title: 'conference.new', roles: MAKERS, section, open: openForm },
  { path: `${section}/import`, title: 'import.title', roles: MAKERS, section, open: openImport },
  { path: `${section}/:id`, title: 'conferences.title', section, open: openConference },
  { path: `${section}/:id/edit`, title: 'conference.edit', roles: MAKERS, section, open: openForm },
];

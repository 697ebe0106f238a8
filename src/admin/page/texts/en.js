/** English. What people read, all of it, by the part of the page that says it. */

import conferences from './en/conferences.js';
import history from './en/history.js';
import live from './en/live.js';
import options from './en/options.js';
import pictures from './en/pictures.js';
import provider from './en/provider.js';
import shell from './en/shell.js';

export default { ...shell, ...conferences, ...options, ...history, ...live, ...pictures, ...provider };

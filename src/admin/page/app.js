/** Where the page begins: texts, who is signed in, the frame, the view of the address. */

import { signedOut } from './core/api.js';
import { connect, disconnect } from './core/events.js';
import { fill } from './core/dom.js';
import { isDirty } from './core/guard.js';
import { addViews, currentPath, go, start } from './core/router.js';
import { forget, is, isSignedIn, me, resume } from './core/session.js';
import { chooseLanguage, t } from './core/text.js';
import { failed, waiting } from './parts/bits.js';
import { dialog } from './parts/dialog.js';
import { mountToasts } from './parts/toast.js';
import { showDoor, showShell } from './shell.js';
import { VIEWS } from './views/index.js';
import { firstStart, link, signInForm } from './views/door.js';

let visit = 0;
let isLocked = false;

async function begin() {
  await chooseLanguage();
  mountToasts();
  addViews(VIEWS);
  signedOut.addEventListener('signedout', () => isSignedIn() && lock());
  await enter();
}

/** Shows the page, or the way in. */
async function enter() {
  if (currentPath().startsWith('/link/')) return showDoor(await link(currentPath().slice('/link/'.length), enterHome));
  try {
    await resume();
  } catch (error) {
    if (error.status === 401) return showDoor(error.error === 'setup' ? firstStart() : signInForm(enter));
    return showDoor(failed(error, () => location.reload()));
  }
  if (currentPath() === '/') history.replaceState(null, '', `#${home()}`);
  start(show);
}

function enterHome() {
  history.replaceState(null, '', '#/');
  return enter();
}

/** The session is over: asks for the password again over what is shown, so that nothing typed is lost. */
async function lock() {
  if (isLocked) return;
  isLocked = true;
  const { login } = me();
  disconnect();
  let isBack;
  // Escape must not cost what was typed.
  do isBack = await dialog({ title: t('login.over') }, (close) => signInForm(() => close(true), login));
  while (!isBack && isDirty());
  isLocked = false;
  if (isBack && me().login === login) return connect();
  forget();
  location.reload();
}

/** @param {{view: import('./core/router.js').View, place: import('./core/router.js').Place} | null} found */
async function show(found) {
  visit += 1;
  const present = visit;
  const view = found?.view;
  if (found && currentPath().startsWith('/link/')) return location.reload();
  if (!view || (view.roles && !is(...view.roles))) return go(home(), { replace: true });
  const main = showShell(view.section ?? view.path);
  const setTitle = (text) => { document.title = `${text} · ${t('product')}`; };
  setTitle(t(view.title));
  const late = setTimeout(() => fill(main, waiting()), 200);
  try {
    const content = await view.open({ ...found.place, setTitle });
    if (present !== visit) return;
    clearTimeout(late);
    fill(main, content);
  } catch (error) {
    clearTimeout(late);
    if (present !== visit || error.name === 'AbortError') return;
    console.error(error);
    fill(main, failed(error, () => show(found)));
  }
  if (present > 1) {
    window.scrollTo(0, 0);
    (main.querySelector('[autofocus]') ?? main.querySelector('h1') ?? main).focus({ preventScroll: true });
  }
}

/** What he comes for. */
const home = () => (is('operator') ? '/rooms' : '/conferences');

begin();

/** Many conferences at once: from a file, or one for each user of the PBX. */

import { get, request } from '../../core/api.js';
import { fill, h } from '../../core/dom.js';
import { go } from '../../core/router.js';
import { is } from '../../core/session.js';
import { t } from '../../core/text.js';
import { button, empty, failed, head, note, tabs, waiting } from '../../parts/bits.js';
import { checkField } from '../../parts/form.js';
import { icon } from '../../parts/icon.js';
import { announce, toast } from '../../parts/toast.js';
import { acknowledgeRecording, forgetAcknowledgement, wasAcknowledged } from './recording.js';

/** @param {import('../../core/router.js').Place} place */
export async function openImport({ query, signal }) {
  const from = query.get('from') === 'users' && is('provider') ? 'users' : 'file';
  return [
    head({ title: t('import.title'), lead: t('import.lead'), back: { href: '#/conferences', label: t('conferences.title') } }),
    is('provider') && tabs([
      { href: '#/conferences/import', label: t('import.file'), isCurrent: from === 'file' },
      { href: '#/conferences/import?from=users', label: t('import.users'), isCurrent: from === 'users' },
    ], t('import.title')),
    from === 'file' ? fileImport('conferences/import', t('import.file.help'), COLUMNS) : await usersImport(signal),
  ];
}

/** A file that is looked at first, and imported when everything is good. */
function fileImport(path, help, example) {
  const input = h('input.visually-hidden', { type: 'file', accept: '.csv,.json,text/csv,application/json', tabindex: '-1', 'aria-label': t('import.choose') });
  const outcome = h('div', { 'aria-live': 'polite' });
  const invite = checkField('invite', t('import.invite'), false, { help: t('import.invite.help') });
  forgetAcknowledgement();
  let file;
  const ask = (dry) => {
    const isJson = /\.json$/i.test(file.name) || file.type === 'application/json';
    // What is not wanted is left out: an import of users knows nothing of recording.
    const wishes = { dry_run: dry || null, invite: invite.control.checked || null, recording_notice: wasAcknowledged() || null };
    const sent = { query: { format: isJson ? 'json' : 'csv', ...wishes }, body: file, type: isJson ? 'application/json' : 'text/csv' };
    return request('POST', path, sent);
  };
  const look = async () => {
    fill(outcome, waiting());
    try {
      const found = await ask(true);
      const doIt = button(t('import.do', { count: made(found) }), () => run(), { kind: 'primary', icon: 'check' });
      fill(outcome, note('good', h('p', h('strong', t('import.good', { name: file.name, count: made(found) }))), facts(found), made(found) > 0 && h('div.buttons', doIt)));
      doIt.focus();
    } catch (error) {
      const legal = error.fields?.find(({ field }) => field.endsWith('recording_notice'));
      if (legal && (await acknowledgeRecording(legal.message))) return look();
      fill(outcome, problems(error));
    }
  };
  const run = async () => {
    try {
      const done = await ask(false);
      toast(t('import.done', { count: made(done) }));
      go('/conferences');
    } catch (error) {
      fill(outcome, problems(error));
    }
  };
  const take = (chosen) => {
    if (!chosen) return;
    file = chosen;
    look();
  };
  input.addEventListener('change', () => {
    take(input.files[0]);
    input.value = '';
  });
  const zone = h(
    'div.card.pad.stack.drop',
    h('p', help),
    h('div.buttons', button(t('import.choose'), () => input.click(), { icon: 'upload', kind: 'primary' }), h('span.muted', t('import.drop'))),
    input,
    invite.element,
    h('details', h('summary', t('import.example')), h('pre.dialplan', example)),
  );
  zone.addEventListener('dragover', (event) => event.preventDefault());
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    take(event.dataTransfer?.files[0]);
  });
  return h('div.stack', zone, outcome);
}

async function usersImport(signal) {
  let users;
  try {
    users = await get('users', {}, signal);
  } catch (error) {
    // The PBX cannot list them: a file can.
    return h('div.stack', note('', error.message), fileImport('users/import', t('import.users.file'), USERS));
  }
  const fresh = users.filter((user) => !user.has_conference);
  const boxes = new Map(users.map((user) => [user, h('input', { type: 'checkbox', checked: !user.has_conference, disabled: user.has_conference, 'aria-label': t('import.choose.user', { user: user.name || user.extension }), onchange: () => update() })]));
  const all = h('input', { type: 'checkbox', checked: true, 'aria-label': t('import.all'), onchange: () => { for (const user of fresh) boxes.get(user).checked = all.checked; update(); } });
  const chosen = () => fresh.filter((user) => boxes.get(user).checked);
  const outcome = h('div', { 'aria-live': 'polite' });
  const doIt = button(t('import.users.do', { count: fresh.length }), async () => {
    try {
      const done = await request('POST', 'users/import', { body: { extensions: chosen().map(({ extension }) => extension), dry_run: false, invite: invite.control.checked } });
      toast(t('import.done', { count: made(done) }));
      go('/conferences');
    } catch (error) {
      fill(outcome, problems(error));
    }
  }, { kind: 'primary' });
  const invite = checkField('invite', t('import.invite'), false, { help: t('import.invite.users') });
  const update = () => {
    const count = chosen().length;
    all.checked = count === fresh.length;
    all.indeterminate = count > 0 && count < fresh.length;
    fill(doIt, t('import.users.do', { count }));
    doIt.disabled = count === 0;
  };
  update();
  const row = (user) => h(
    'tr',
    h('th', { scope: 'row' }, h('div.check', boxes.get(user), h('div', user.name || user.extension))),
    h('td', { data: { label: t('column.number') } }, user.extension),
    h('td', { data: { label: t('import.email') } }, user.email || h('span.muted', t('import.noemail'))),
    h('td', user.has_conference && h('span.badge.good', t('import.has'))),
  );
  if (!users.length) return h('div.stack', h('div.card', empty({ picture: 'people', title: t('import.nousers'), text: t('import.nousers.text') })), fileImport('users/import', t('import.users.file'), USERS));
  return h(
    'div.stack',
    h('p', t('import.users.help')),
    h('div.table.folds.card', h('table', h('thead', h('tr', h('th', { scope: 'col' }, h('div.check', all, t('import.user'))), h('th', { scope: 'col' }, t('column.number')), h('th', { scope: 'col' }, t('import.email')), h('th', { scope: 'col' }, h('span.visually-hidden', t('import.state'))))), h('tbody', users.map(row)))),
    invite.element,
    h('div.buttons', doIt),
    outcome,
    h('details', h('summary', t('import.users.other')), fileImport('users/import', t('import.users.file'), USERS)),
  );
}

/** Each line that cannot be, and why. */
function problems(error) {
  announce(error.message, true);
  if (!error.fields?.length) return failed(error, () => location.reload());
  return h(
    'div.note.bad',
    { tabindex: '-1' },
    icon('warning'),
    h(
      'div.stack.tight',
      h('strong', t('import.bad', { count: error.fields.length })),
      h('p', t('import.bad.text')),
      h('div.table', h('table', h('thead', h('tr', h('th', { scope: 'col' }, t('import.line')), h('th', { scope: 'col' }, t('import.what')))), h('tbody', error.fields.map(({ field, message }) => h('tr', h('th.nowrap', { scope: 'row' }, field), h('td', message)))))),
    ),
  );
}

/** How many were, or would be, made. */
const made = ({ created }) => created ?? 0;

function facts({ changed, skipped }) {
  const count = Array.isArray(skipped) ? skipped.length : skipped;
  return [changed > 0 && h('p', t('import.changed', { count: changed })), count > 0 && h('p', t('import.skipped', { count }))];
}

const COLUMNS = `name,kind,tag,extension,start,zone,duration,repeats,email,guests,setting.lobby
Board meeting,scheduled,BOARD,8001,2026-12-01T10:00,Europe/Berlin,60,FREQ=MONTHLY;BYDAY=1TU,chair@example.org,"ada@example.org,grace@example.org",yes
Support,meeting,SUPPORT,,,,,,,,`;

const USERS = `user,name,email
201,Ada Lovelace,ada@example.org
202,Grace Hopper,grace@example.org`;

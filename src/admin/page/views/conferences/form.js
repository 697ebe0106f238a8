/** Making a conference, and changing one. */

import { get, post, put } from '../../core/api.js';
import { fill, h } from '../../core/dom.js';
import { listen } from '../../core/events.js';
import { guard, release } from '../../core/guard.js';
import { go } from '../../core/router.js';
import { is, me } from '../../core/session.js';
import { t } from '../../core/text.js';
import { busy, head, note } from '../../parts/bits.js';
import { noNumbers, showErrors } from '../../parts/form.js';
import { toast } from '../../parts/toast.js';
import { resolveConflict } from './conflict.js';
import { optionForm } from './optionform.js';
import { loadConference, nameOf } from './parts.js';
import { acknowledgeRecording, forgetAcknowledgement, wasAcknowledged } from './recording.js';
import { scheduleForm } from './schedule.js';
import { basics, calling, inviting, kinds, limits } from './sections.js';

/** What people set of a conference; the rest is the server's. */
const SETTABLE = [
  'owner', 'kind', 'enabled', 'tag', 'name', 'description', 'email', 'guests', 'extension', 'access_number', 'schedule',
  'expires', 'session_minutes', 'max_participants', 'pin', 'settings',
];

const BLANK = {
  kind: 'meeting', enabled: true, tag: '', name: '', description: '', email: '', guests: [], extension: null, access_number: null,
  schedule: null, expires: null, session_minutes: null, max_participants: null, pin: null, settings: {},
};

/** @param {import('../../core/router.js').Place} place */
export async function openForm({ params, query, signal, setTitle }) {
  const isNew = !params.id;
  const [loaded, accounts, settings] = await Promise.all([
    isNew ? { ...BLANK, owner: me().id, email: me().email, kind: query.get('kind') ?? BLANK.kind } : loadConference(params.id, signal),
    is('provider') ? get('accounts', {}, signal) : [],
    get('settings', {}, signal),
  ]);
  let base = loaded;
  forgetAcknowledgement();
  if (!isNew) setTitle(`${t('edit')}: ${nameOf(base)}`);

  const fields = new Map();
  const kind = kinds(base.kind, isNew, () => showKind());
  const about = basics(base, accounts, fields);
  const times = scheduleForm(base.schedule, fields);
  const ways = calling(base, settings, fields);
  const bounds = limits(base, fields);
  const guests = inviting(base, fields);
  const options = optionForm(base.settings, fields);
  const timesCard = h('section.card.pad.stack', h('h2', t('form.when')), times.element);

  const value = () => {
    const chosen = kind.value();
    const hasCodes = ['scheduled', 'meeting'].includes(chosen);
    return {
      ...base,
      kind: chosen,
      ...about.value(),
      schedule: chosen === 'scheduled' ? times.value() : null,
      ...ways.value(hasCodes),
      ...bounds.value(hasCodes),
      ...(hasCodes ? guests.value() : { email: '', guests: [] }),
      settings: options.value(),
    };
  };
  const showKind = () => {
    const chosen = kind.value();
    const hasCodes = ['scheduled', 'meeting'].includes(chosen);
    timesCard.hidden = chosen !== 'scheduled';
    guests.element.hidden = !hasCodes;
    ways.showKind(hasCodes);
    bounds.showKind(hasCodes);
    options.showKind(chosen);
  };
  showKind();

  const summary = h('div');
  const strange = h('div');
  const state = h('span.state', { role: 'status' });
  const submit = h('button.button.primary', { type: 'submit' }, t(isNew ? 'form.create' : 'save'));
  const back = isNew ? '/conferences' : `/conferences/${base.id}`;
  const form = h(
    'form.form',
    { novalidate: true, 'aria-label': t(isNew ? 'conference.new' : 'conference.edit') },
    summary, strange, kind.element, about.element, timesCard, h('div.unfolds', ways.element, bounds.element, guests.element), options.element,
    h('div.bar', submit, h('a.button', { href: `#${back}` }, t('cancel')), state),
  );

  const first = JSON.stringify(settable(value()));
  const isChanged = () => JSON.stringify(settable(value())) !== first;
  guard(isChanged);
  form.addEventListener('input', () => {
    const says = isChanged() ? t('form.unsaved') : '';
    if (state.textContent !== says) state.textContent = says;
  });

  const send = async (body) => {
    try {
      return isNew ? await post('conferences', body) : await put(`conferences/${base.id}`, body);
    } catch (error) {
      const legal = error.fields?.find(({ field }) => field === 'recording_notice');
      if (!legal || error.fields.length > 1 || !(await acknowledgeRecording(legal.message))) throw error;
      return send({ ...body, recording_notice: true });
    }
  };
  const save = async () => {
    fill(summary);
    const wrong = noNumbers(fields.values());
    if (wrong.length) return showErrors({ message: '', fields: wrong }, fields, summary);
    const body = { ...settable(value()), version: base.version, recording_notice: wasAcknowledged() || undefined };
    try {
      done(await send(body));
    } catch (error) {
      if (error.status === 422) showErrors(error, fields, summary);
      else if (error.status === 409 && error.error === 'changed') await merge(body);
      else throw error;
    }
  };
  const merge = async (mine) => {
    const theirs = await loadConference(String(base.id), signal);
    const merged = await resolveConflict({ base: settable(base), mine: settable(mine), theirs: settable(theirs) });
    if (merged === 'theirs') {
      release();
      go(`/conferences/${base.id}/edit`, { replace: true });
    } else if (merged) {
      base = theirs;
      try {
        done(await send({ ...merged, version: theirs.version, recording_notice: mine.recording_notice }));
      } catch (error) {
        if (error.status !== 422) throw error;
        showErrors(error, fields, summary);
      }
    }
  };
  const done = (saved) => {
    release();
    const isInvited = saved.email || saved.guests?.length ? '.invited' : '';
    toast(t(`form.${isNew ? 'created' : 'saved'}${isInvited}`, { name: nameOf(saved) }));
    go(`/conferences/${saved.id}`);
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    busy(submit, save);
  });
  if (!isNew) watch(base, strange, () => submit.getAttribute('aria-busy') !== 'true', signal);
  const wanted = query.get('field');
  if (wanted) {
    for (let box = fields.get(wanted)?.element.closest('details'); box; box = null) box.open = true;
    fields.get(wanted)?.control.setAttribute('autofocus', '');
  }
  const title = isNew ? t('conference.new') : t('form.edit', { name: nameOf(base) });
  const label = isNew ? t('conferences.title') : nameOf(base);
  return h('div.stack.narrow', head({ title, back: { href: `#${back}`, label } }), form);
}

/** Says at once when somebody else saves the same conference, not only when one saves oneself. */
function watch(base, holder, isIdle, signal) {
  listen('directory', async ({ conference }) => {
    if (conference !== base.id || !isIdle()) return;
    const present = await loadConference(String(base.id), signal).catch(() => null);
    if (!isIdle() || signal.aborted) return;
    if (!present) fill(holder, note('bad', t('form.gone')));
    else if (present.version !== base.version) fill(holder, note('warn', t('form.changed')));
  }, signal);
}

/** @param {Record<string, any>} conference */
function settable(conference) {
  return Object.fromEntries(SETTABLE.map((name) => [name, conference[name] ?? null]));
}

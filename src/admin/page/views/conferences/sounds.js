/** The sounds that people upload for a conference: its name, and its music. */

import { remove, upload, url } from '../../core/api.js';
import { fill, h } from '../../core/dom.js';
import { size } from '../../core/format.js';
import { t } from '../../core/text.js';
import { button } from '../../parts/bits.js';
import { icon } from '../../parts/icon.js';
import { announce, toast } from '../../parts/toast.js';

const MOST_BYTES = 20_000_000;

/** @param {number} id @param {Record<'name' | 'music', boolean>} there */
export function sounds(id, there) {
  return h('section.card.pad.stack', h('h2', t('sounds.title')), h('div.cards', ['name', 'music'].map((which) => sound(id, which, there[which]))));
}

function sound(id, which, isThere) {
  const path = `conferences/${id}/sounds/${which}`;
  const label = t(`sounds.${which}`);
  const state = h('div.stack.tight');
  const problem = h('p.error', { role: 'alert', hidden: true });
  const say = (text) => {
    problem.hidden = !text;
    fill(problem, text && icon('warning'), text);
  };
  const input = h('input.visually-hidden', { type: 'file', accept: 'audio/*', tabindex: '-1', 'aria-label': label });
  const choose = (kind) => button(t(isThere ? 'sounds.replace' : 'sounds.upload'), () => input.click(), { icon: 'upload', kind, part: `${which}-upload`, label: t(isThere ? 'sounds.replace.what' : 'sounds.upload.what', { what: label }) });
  const show = () => fill(
    state,
    isThere && h('audio', { controls: true, preload: 'none', src: url(path, { at: Date.now() }), 'aria-label': label }),
    h('div.buttons', choose('small'), isThere && button(t('delete'), drop, { kind: 'small plain', icon: 'trash', label: t('sounds.delete.what', { what: label }) })),
  );
  const drop = async () => {
    await remove(path);
    isThere = false;
    show();
    toast(t('sounds.deleted', { what: label }));
    state.querySelector('button')?.focus();
  };
  const send = async (file) => {
    say('');
    if (file.size > MOST_BYTES) return say(t('sounds.toolarge', { size: size(file.size), most: size(MOST_BYTES) }));
    const stop = new AbortController();
    const bar = h('progress', { max: 1, value: 0, 'aria-label': t('sounds.uploading', { name: file.name }) });
    const words = h('p.small.muted', t('sounds.uploading', { name: file.name }));
    fill(state, words, bar, h('div.buttons', h('button.button.small', { type: 'button', onclick: () => stop.abort() }, t('cancel'))));
    announce(t('sounds.uploading', { name: file.name }));
    try {
      await upload(path, file, (part) => {
        bar.value = part;
        if (part === 1) {
          words.textContent = t('sounds.converting');
          bar.removeAttribute('value');
        }
      }, stop.signal);
      isThere = true;
      announce(t('sounds.done', { what: label }));
    } catch (error) {
      if (error.name !== 'AbortError') say(error.fields?.[0]?.message ?? error.message);
    }
    show();
    state.querySelector('button')?.focus();
  };
  input.addEventListener('change', () => {
    const [file] = input.files;
    input.value = '';
    if (file) send(file);
  });
  const zone = h('div.stack.tight.drop', h('h3', label), h('p.small.muted', t(`sounds.${which}.help`)), state, problem, input);
  zone.addEventListener('dragover', (event) => {
    event.preventDefault();
    zone.classList.add('over');
  });
  zone.addEventListener('dragleave', () => zone.classList.remove('over'));
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    zone.classList.remove('over');
    const [file] = event.dataTransfer?.files ?? [];
    if (file) send(file);
  });
  show();
  return zone;
}
